// Package safetensors reads and writes the safetensors file format: an
// eight-byte little-endian header length, a JSON header that gives each
// tensor's element type, shape and byte range, and the tensors' bytes end to
// end.
//
// Reading is memory-mapped where the system can do it, and a float32 tensor
// that is aligned in memory is handed out without a copy. Everything in the
// header is checked before anything is allocated for it: a file either loads
// wholly or is refused with an [*Error] that names the file, the tensor and the
// reason.
//
// # Lifetime
//
// A [File] from [Open] or [OpenIndex] owns a mapping. Tensor bytes and
// zero-copy float32 slices point into that mapping: they are read-only (a
// write faults) and they end with [File.Close]. Copies, such as every
// converted F16 tensor, stay valid. A program that packs its weights while
// loading can therefore close the file right afterwards. As with any mapping,
// another process that cuts the file short while it is mapped makes reads
// fault; replacing the file by rename, as well-behaved tools do, is safe.
//
// # Limits
//
// Besides the format's own rules a file may have at most 65,536 tensors, 64
// dimensions a tensor, 2^20 dimensions altogether, and 8 MiB of names and
// metadata. These bound what a hostile header can make the reader allocate;
// real checkpoints stay orders of magnitude below them.
//
// The format is described at https://github.com/huggingface/safetensors.
package safetensors
