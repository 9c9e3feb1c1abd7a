// Package safetensors reads and writes the safetensors file format: an
// eight-byte little-endian header length, a JSON header that gives each
// tensor's element type, shape and byte range, and the tensors' bytes end to
// end.
//
// Reading is memory-mapped where the system supports it, and a float32 tensor
// that is aligned in memory is returned without a copy. Everything in the
// header is checked before anything is allocated for it: a file either loads
// completely or is refused with an [*Error] that names the file, the tensor and
// the reason.
//
// # Lifetime
//
// A [File] from [Open] or [OpenIndex] owns a mapping. Tensor bytes and
// zero-copy float32 slices point into that mapping: they are read-only (a write
// faults) and valid until [File.Close]. Copies, such as every converted F16
// tensor, stay valid. A program that packs its weights while loading can
// therefore close the file right afterwards. As with any mapping, reads fault
// if another process truncates the file while it is mapped; replacing the file
// by renaming, as well-behaved tools do, is safe.
//
// # Limits
//
// Besides the format's own rules a file may have at most 65,536 tensors, 64
// dimensions per tensor, 2^20 dimensions in total, and 8 MiB of names and
// metadata. This bounds what a hostile header can make the reader allocate;
// real checkpoints stay orders of magnitude below.
//
// The format is described at https://github.com/huggingface/safetensors.
package safetensors
