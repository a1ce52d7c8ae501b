#include "core/rules/secrets.hpp"

#include "tests/unit/rules/document.hpp"

#include <fmt/format.h>

using namespace mesh;
using namespace mesh::rules;

// Put together here so that no scanner of this repository takes the samples for real.
static std::string token(std::string_view prefix, std::string_view body) {
  return std::string(prefix) + std::string(body);
}
static const std::string kAlnum36 = "aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5";

TEST_CASE("tokens of known forms are secrets wherever they stand") {
  CHECK(secret_in(token("AKIA", "IOSFODNN7Q2MZLAB")) == "an AWS access key");
  CHECK(secret_in("see " + token("ghp_", kAlnum36) + " for access") == "a GitHub token");
  CHECK(secret_in(token("github_pat_", "11ABCDEFG0" + kAlnum36)) == "a GitHub token");
  CHECK(secret_in(token("glpat-", "x9Yz_8Wv7Ut6Sr5Qp4On")) == "a GitLab token");
  CHECK(secret_in(token("xoxb-", "123456789012-abcdefABCDEF12")) == "a Slack token");
  CHECK(secret_in(token("AIza", "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q")) == "a Google API key");
  CHECK(secret_in(token("https://hooks.slack.com/services/T", "01ABCDEF/B02GHIJKL/" + kAlnum36)) ==
        "a Slack webhook");
  CHECK(secret_in("DefaultEndpointsProtocol=https;AccountName=shop;" +
                  token("AccountKey=", kAlnum36 + kAlnum36 + "abcdABCD12345/==")) == "an Azure storage key");
  CHECK(secret_in(token("eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N")) ==
        "a JSON Web Token");
  CHECK(secret_in("-----BEGIN RSA PRIVATE " + token("KEY-----\n", kAlnum36 + kAlnum36)) == "a private key");
}

TEST_CASE("a password in a URL or a connection string is a secret") {
  CHECK(secret_in("postgres://svc:Pa55word@pg.internal.example/logistics") == "a password in a URL");
  CHECK(secret_in("read it from https://reader:tr0ub4dor@example.com/x, daily") == "a password in a URL");
  CHECK(secret_in("jdbc:postgresql://pg/shop?user=svc&password=tr0ub4dor") ==
        "a password in a connection string");
  CHECK(secret_in("Server=pg;Database=shop;Pwd=tr0ub4dor;") == "a password in a connection string");
}

TEST_CASE("what only looks like a secret is none") {
  for (const char* const text : {
           "postgres://svc@pg.internal.example/logistics",
           "postgres://svc:${PASSWORD}@pg/logistics",
           "postgres://svc:{{ password }}@pg/logistics",
           "postgres://svc:<the password>@pg/logistics",
           "postgres://svc:***@pg/logistics",
           "postgres://user:password@localhost/db",
           "jdbc:postgresql://localhost:5432/adventureworks/password/passwordsalt",
           "jdbc:sqlserver://host:1433;databaseName=shop",
           "https://example.com:8080/path@v2",
           "https://example.com/a:b@c",
           "s3://bucket/{model}/*.json",
           "jdbc:postgresql://pg/shop?user=svc&password=${DB_PASSWORD}",
           "SELECT * FROM users WHERE password = 'x' AND url LIKE 'http://%'",
           "AKIA is how the ids of access keys start",
           "AKIAXXXXXXXXXXXXXXXX",
           "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
           "a block that starts with -----BEGIN PRIVATE KEY----- holds a key",
           "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0",
           "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
           "7d0f5c2e-3b1a-4c55-9a7e-2f4f6f0f1a11",
           "eyJ is the start of a token",
           "https://account.blob.core.windows.net/c?sv=2022-11-02&se=2024&sig=<signature>",
       }) {
    CAPTURE(text);
    CHECK_FALSE(secret_in(text));
  }
}

TEST_CASE("a key that means a password makes a literal value a secret") {
  CHECK(secret_under("password", "tr0ub4dor"));
  CHECK(secret_under("db_password", "secret"));
  CHECK(secret_under("Client-Secret", "abcdefgh"));
  CHECK(secret_under("secretAccessKey", "wJalrXUtnFEMI/K7MDENG/bPxRfiCY"));
  CHECK(secret_under("pwd", "12345678"));
  CHECK(secret_under("apiKey", "f3b1c29a7d5e48f0b6a1"));
  CHECK(secret_under("token", "aB3dE5fG7hI9jK1lM3nO"));
}

TEST_CASE("placeholders, references, prose and names of secrets are no secrets") {
  for (const char* const value : {"${DB_PASSWORD}",
                                  "$DB_PASSWORD",
                                  "${env.password}",
                                  "{{ password }}",
                                  "<password>",
                                  "***",
                                  "xxxxxxxx",
                                  "changeme",
                                  "change-me-please",
                                  "your-password",
                                  "password",
                                  "REDACTED",
                                  "todo",
                                  "none",
                                  "DB_PASSWORD",
                                  "vault:secret/data/orders#password",
                                  "arn:aws:secretsmanager:eu-central-1:1:secret:orders",
                                  "op://vault/orders/password",
                                  "https://vault.example.com/secret",
                                  "/run/secrets/orders",
                                  "env:DB_PASSWORD",
                                  "@Microsoft.KeyVault(SecretUri=x)",
                                  "%DB_PASSWORD%",
                                  "stored in the team's vault",
                                  ""}) {
    CAPTURE(value);
    CHECK_FALSE(secret_under("password", value));
  }
  CHECK_FALSE(secret_under("secret", "orders-db-credentials"));
  CHECK_FALSE(secret_under("token", "oauth2"));
  CHECK_FALSE(secret_under("apiKey", "header"));
  CHECK_FALSE(secret_under("passwordRotation", "90d"));
  CHECK_FALSE(secret_under("sensitivity", "secret"));
  CHECK_FALSE(secret_under("tokenizationPolicy", "aB3dE5fG7hI9jK1lM3nO"));
}

TEST_CASE("secrets are blanked out of a text that is shown") {
  CHECK(without_secrets("url: postgres://svc:Pa55word@pg/x and " + token("ghp_", kAlnum36) + ".") ==
        "url: postgres://svc:***@pg/x and ***.");
  CHECK(without_secrets("nothing to hide") == "nothing to hide");
}

TEST_CASE("secrets are overwritten in lines that are shown, and everything else stays where it is") {
  std::string lines =
      "password: \"tr0ub4dor\"\r\n- clientSecret: abc/def # x\n\"pwd\": \"p\u00e4ss-word1\",\n" +
      token("see ghp_", kAlnum36) + "\nname: password\npassword: ${PASSWORD}\n";
  const size_t size = lines.size();
  blank_secrets(lines);
  CHECK(lines.size() == size);
  CHECK(lines ==
        "password: \"*********\"\r\n- clientSecret: ******* # x\n\"pwd\": \"*\u00e4********\",\nsee " +
            std::string(40, '*') + "\nname: password\npassword: ${PASSWORD}\n");
}

TEST_CASE("a long text of near misses is looked at once") {
  for (const std::string_view part : {"glpat-", "eyJhbGciOi-", "password=;", "sig=a&sv=20;", "://a:", "AKIA-",
                                      "--BEGIN ", "-----BEGIN ", "a0Q~", "=", "x://<"}) {
    std::string text;
    while (text.size() < 2'000'000) text += part;
    CAPTURE(part);
    CHECK_FALSE(secret_in(text));
  }
}

TEST_CASE("a secret is found however the scalar that holds it is written") {
  const std::string key = token("AKIA", "IOSFODNN7Q2MZLAB");
  const std::string url = token("https://", "reader:tr0ub4dor@example.com/x");
  const std::string azure = "a c1Q~" + kAlnum36.substr(0, 33);
  const std::string list = token("Server=pg;Database=shop;", "Pwd=tr0ub4dor;");
  const std::string pem = token("-----BEGIN PRIVATE ", "KEY----- " + kAlnum36 + kAlnum36);
  for (const std::string& secret : {key, url, azure, list, pem}) {
    CAPTURE(secret);
    const std::string escaped = fmt::format("\\x{:02x}", secret[2]);
    for (const std::string& scalar :
         {secret, "'" + secret + "'", "\"" + secret + "\"",
          "\"" + secret.substr(0, 2) + escaped + secret.substr(3) + "\"", "|-\n  " + secret,
          ">-\n  " + secret, "&it " + secret, "!!str " + secret, "[" + secret + "]", "{a: '" + secret + "'}",
          "\n  " + secret + " # as it is"}) {
      CAPTURE(scalar);
      const auto judged =
          test::judge("security/secret-in-manifest", "kind: DataContract\nx: " + scalar + "\n");
      REQUIRE(judged.findings.size() == 1);
      const Span at = judged.findings[0].at.span;
      CHECK(judged.source.bytes().substr(at.begin, at.end - at.begin).find(secret.substr(3)) !=
            std::string_view::npos);
    }
  }
}

TEST_CASE("the name of a secret is known however it is written") {
  for (const std::string_view entry :
       {"password: tr0ub4dor", "'password': tr0ub4dor", "\"pass\\x77ord\": tr0ub4dor",
        "? password\n: tr0ub4dor", "? |-\n  password\n: tr0ub4dor", "x: {password: tr0ub4dor}",
        "x: {\"password\":tr0ub4dor}", "x:\n- property: password\n  value: tr0ub4dor",
        "x: [{value: tr0ub4dor, name: \"pass-word \"}]", "pwd: 12345678"}) {
    CAPTURE(entry);
    CHECK(test::judge("security/secret-in-manifest", "kind: DataContract\n" + std::string(entry) + "\n")
              .findings.size() == 1);
  }
}

TEST_CASE("bytes tell of a secret wherever it stands among them") {
  for (const std::string& secret :
       {token("AKIA", "IOSFODNN7Q2MZLAB"), token("glpat-", "x9Yz_8Wv7Ut6Sr5Qp4On"), std::string("://a:b3c@d"),
        token("pwd=", "tr0ub4dor"), token("-----BEGIN ", "PRIVATE KEY-----"),
        "a c1Q~" + kAlnum36.substr(0, 31)}) {
    CAPTURE(secret);
    for (size_t before = 0; before < 70; ++before) {
      const std::string prose = std::string(before, before % 2 ? ' ' : '\'');
      CHECK(may_hold_secret(prose + "\n" + secret));
      CHECK(may_hold_secret(prose + "\n" + secret + prose));
    }
  }
  for (const std::string_view harmless :
       {"", "id: urn:shop:sales:orders", "url: https://example.com/a?b=c", "channel: mailto:team@example.com",
        "query: select a from b where c = d and customer_email_address <> ''", "# ------- BEGIN", "---"}) {
    CAPTURE(harmless);
    CHECK_FALSE(may_hold_secret(harmless));
  }
}

TEST_CASE("bytes that nearly tell of a secret are looked at once") {
  for (const std::string_view part :
       {"@", "=", "-", "a@", "a=", "-----", "://a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "\xff"}) {
    std::string text;
    while (text.size() < 2'000'000) text += part;
    CAPTURE(part);
    CHECK_FALSE(may_hold_secret(text));
  }
}
