#pragma once

#include "core/store/oci_credentials.hpp"

#include <chrono>
#include <memory>
#include <string>

// Logins to registries, as `docker login`, `oras login` and `podman login --compat-auth-file` keep them.
namespace mesh::config {

// "$DOCKER_CONFIG/config.json", else "~/.docker/config.json"; "" when the environment says neither.
std::string docker_config_file();

// Of a host: the helper that `credHelpers` names for it, else the one in `credsStore`, else its entry in
// `auths`. A helper is a program `docker-credential-NAME`; it is run with the word `get` and gets the host on
// its standard input. usage: a file that is not what it should be, or a helper that is missing or fails.
std::unique_ptr<store::RegistryLogins> docker_logins(
    std::string file, std::chrono::milliseconds helper_time = std::chrono::seconds(30));

}  // namespace mesh::config
