#pragma once

#include "cmd/command.hpp"

// Each command is defined in the file of its name; all_commands() in commands.cpp lists them.
namespace mesh::cmd {

// Headings of `mesh --help`.
inline constexpr const char* kStart = "Start";
inline constexpr const char* kCheck = "Check";
inline constexpr const char* kPublish = "Publish";
inline constexpr const char* kFind = "Find";
inline constexpr const char* kMore = "More";

Command init();
Command adopt();
Command new_();
Command validate();
Command explain();
Command rules();
Command schema();
Command plan();
Command publish();
Command status();
Command pull();
Command verify();
Command yank();
Command unyank();
Command rollback();
Command retire();
Command promote();
Command index();
Command gc();
Command trust();
Command list();
Command show();
Command search();
Command doctor();
Command completion();
Command version();
Command help();

}  // namespace mesh::cmd
