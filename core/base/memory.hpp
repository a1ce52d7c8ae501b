#pragma once

namespace mesh {

// Gives what was freed back to the system. For between two steps of a run that each need much: what one freed
// in threads of its own is not found again by the threads of the next.
void return_free_memory();

}  // namespace mesh
