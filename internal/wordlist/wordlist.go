// Package wordlist reads the dictionaries that packages chinese and english are
// made from, and writes the lists that they embed.
package wordlist

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"os"
)

// longestLine is the maximum length in bytes of a line of a dictionary.
const longestLine = 1 << 20

// Lines calls f with each line of a file, without its line ending.
func Lines(path string, f func(line string)) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	sc := bufio.NewScanner(file)
	sc.Buffer(nil, longestLine)
	for sc.Scan() {
		f(sc.Text())
	}
	return sc.Err()
}

// WriteGzip writes data to a file with the best compression and without a time
// stamp, so that the same data gives the same file. It returns the file's size
// in bytes.
func WriteGzip(path string, data []byte) (size int, err error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return 0, err
	}
	if _, err := z.Write(data); err != nil {
		return 0, err
	}
	if err := z.Close(); err != nil {
		return 0, err
	}
	return b.Len(), os.WriteFile(path, b.Bytes(), 0o666)
}
