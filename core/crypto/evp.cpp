#include "core/crypto/evp.hpp"

#include "core/crypto/libcrypto.hpp"
#include "core/crypto/secret.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <algorithm>
#include <bit>
#include <vector>

namespace mesh::crypto {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

EvpKey owned(EVP_PKEY* key) {
  static const auto kFree = libcrypto<decltype(&EVP_PKEY_free)>("EVP_PKEY_free");
  if (!key) return nullptr;
  return {key, [](void* owned) { kFree(static_cast<EVP_PKEY*>(owned)); }};
}

// What a key is made of, under the names of libcrypto. Its numbers are in the machine's own byte order.
class Parts {
 public:
  void text(const char* name, std::string_view value) {
    add(name, OSSL_PARAM_UTF8_STRING, std::string(value));
  }
  void octets(const char* name, std::string_view value) {
    add(name, OSSL_PARAM_OCTET_STRING, std::string(value));
  }
  void number(const char* name, std::string_view big_endian) {
    std::string value(big_endian);
    if constexpr (std::endian::native == std::endian::little) std::reverse(value.begin(), value.end());
    add(name, OSSL_PARAM_UNSIGNED_INTEGER, std::move(value));
  }

  EvpKey key(const char* algorithm, int selection) const {
    static const auto kNew = libcrypto<decltype(&EVP_PKEY_CTX_new_from_name)>("EVP_PKEY_CTX_new_from_name");
    static const auto kFree = libcrypto<decltype(&EVP_PKEY_CTX_free)>("EVP_PKEY_CTX_free");
    static const auto kInit = libcrypto<decltype(&EVP_PKEY_fromdata_init)>("EVP_PKEY_fromdata_init");
    static const auto kMake = libcrypto<decltype(&EVP_PKEY_fromdata)>("EVP_PKEY_fromdata");
    std::vector<OSSL_PARAM> parameters;
    for (const Part& part : parts_)
      parameters.push_back({part.name, part.type, const_cast<char*>(part.value.bytes().data()),
                            part.value.bytes().size(), OSSL_PARAM_UNMODIFIED});
    parameters.push_back({nullptr, 0, nullptr, 0, 0});
    EVP_PKEY_CTX* const context = kNew(nullptr, algorithm, nullptr);
    EVP_PKEY* made = nullptr;
    if (context && (kInit(context) != 1 || kMake(context, &made, selection, parameters.data()) != 1))
      made = nullptr;
    kFree(context);
    return owned(made);
  }

 private:
  struct Part {
    const char* name;
    unsigned type;
    Secret value;
  };
  void add(const char* name, unsigned type, std::string value) {
    parts_.push_back({name, type, Secret(std::move(value))});
  }
  std::vector<Part> parts_;
};

const EVP_MD* method(Digest digest) {
  static const auto kSha256 = libcrypto<decltype(&EVP_sha256)>("EVP_sha256");
  static const auto kSha512 = libcrypto<decltype(&EVP_sha512)>("EVP_sha512");
  if (digest == Digest::none) return nullptr;
  return digest == Digest::sha256 ? kSha256() : kSha512();
}

// What one signature is made or checked with.
class Context {
 public:
  Context() : context_(libcrypto<decltype(&EVP_MD_CTX_new)>("EVP_MD_CTX_new")()) {}
  Context(const Context&) = delete;
  ~Context() {
    static const auto kFree = libcrypto<decltype(&EVP_MD_CTX_free)>("EVP_MD_CTX_free");
    kFree(context_);
  }
  EVP_MD_CTX* get() const { return context_; }

 private:
  EVP_MD_CTX* context_;
};

// libcrypto keeps a list of errors a thread; nobody reads it.
void forget_errors() {
  static const auto kClear = libcrypto<void (*)()>("ERR_clear_error");
  kClear();
}

}  // namespace

EvpKey evp_ed25519(std::string_view public_key) {
  static const auto kNew = libcrypto<decltype(&EVP_PKEY_new_raw_public_key)>("EVP_PKEY_new_raw_public_key");
  return owned(kNew(EVP_PKEY_ED25519, nullptr, bytes_of(public_key), public_key.size()));
}

EvpKey evp_ed25519_private(std::string_view seed) {
  static const auto kNew = libcrypto<decltype(&EVP_PKEY_new_raw_private_key)>("EVP_PKEY_new_raw_private_key");
  return owned(kNew(EVP_PKEY_ED25519, nullptr, bytes_of(seed), seed.size()));
}

static Parts p256_parts(std::string_view point) {
  Parts parts;
  parts.text(OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1");
  parts.octets(OSSL_PKEY_PARAM_PUB_KEY, point);
  return parts;
}

EvpKey evp_p256(std::string_view point) { return p256_parts(point).key("EC", EVP_PKEY_PUBLIC_KEY); }

EvpKey evp_p256_private(std::string_view point, std::string_view scalar) {
  Parts parts = p256_parts(point);
  parts.number(OSSL_PKEY_PARAM_PRIV_KEY, scalar);
  return parts.key("EC", EVP_PKEY_KEYPAIR);
}

static Parts rsa_parts(std::string_view modulus, std::string_view exponent) {
  Parts parts;
  parts.number(OSSL_PKEY_PARAM_RSA_N, modulus);
  parts.number(OSSL_PKEY_PARAM_RSA_E, exponent);
  return parts;
}

EvpKey evp_rsa(std::string_view modulus, std::string_view exponent) {
  return rsa_parts(modulus, exponent).key("RSA", EVP_PKEY_PUBLIC_KEY);
}

EvpKey evp_rsa_private(std::string_view modulus, std::string_view exponent,
                       std::string_view private_exponent) {
  Parts parts = rsa_parts(modulus, exponent);
  parts.number(OSSL_PKEY_PARAM_RSA_D, private_exponent);
  return parts.key("RSA", EVP_PKEY_KEYPAIR);
}

EvpKey evp_rsa_of_der(std::string_view der) {
  static const auto kRead = libcrypto<decltype(&d2i_AutoPrivateKey)>("d2i_AutoPrivateKey");
  static const auto kType = libcrypto<decltype(&EVP_PKEY_get_base_id)>("EVP_PKEY_get_base_id");
  static const auto kBits = libcrypto<decltype(&EVP_PKEY_get_bits)>("EVP_PKEY_get_bits");
  const unsigned char* bytes = bytes_of(der);
  const EvpKey key = owned(kRead(nullptr, &bytes, static_cast<long>(der.size())));
  forget_errors();
  if (!key) return nullptr;
  auto* const raw = static_cast<EVP_PKEY*>(key.get());
  const int bits = kBits(raw);
  return kType(raw) == EVP_PKEY_RSA && bits >= 2048 && bits <= 16384 ? key : nullptr;
}

bool evp_verifies(const EvpKey& key, Digest digest, std::string_view message, std::string_view signature) {
  static const auto kInit = libcrypto<decltype(&EVP_DigestVerifyInit)>("EVP_DigestVerifyInit");
  static const auto kVerify = libcrypto<decltype(&EVP_DigestVerify)>("EVP_DigestVerify");
  const Context context;
  const bool verifies =
      key && context.get() &&
      kInit(context.get(), nullptr, method(digest), nullptr, static_cast<EVP_PKEY*>(key.get())) == 1 &&
      kVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message), message.size()) == 1;
  forget_errors();
  return verifies;
}

std::optional<std::string> evp_sign(const EvpKey& key, Digest digest, std::string_view message) {
  static const auto kInit = libcrypto<decltype(&EVP_DigestSignInit)>("EVP_DigestSignInit");
  static const auto kSign = libcrypto<decltype(&EVP_DigestSign)>("EVP_DigestSign");
  const Context context;
  size_t size = 0;
  std::string signature;
  bool made =
      key && context.get() &&
      kInit(context.get(), nullptr, method(digest), nullptr, static_cast<EVP_PKEY*>(key.get())) == 1 &&
      kSign(context.get(), nullptr, &size, bytes_of(message), message.size()) == 1;
  if (made) {
    signature.resize(size);
    made = kSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes_of(message),
                 message.size()) == 1;
    signature.resize(size);
  }
  forget_errors();
  if (!made) return std::nullopt;
  return signature;
}

}  // namespace mesh::crypto
