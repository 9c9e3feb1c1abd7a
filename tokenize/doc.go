// Package tokenize turns text into the token ids that BERT-like models read, and
// keeps track of which bytes of the text each token stands for. It reads the
// tokenizer.json of Hugging Face tokenizers and reproduces what version 0.23.3
// of that library gives.
package tokenize
