// Package noisebench measures how segments suffer from noise in texts, and what
// cleaning, repair and tuned encoders win back: see docs/robustness.md.
package noisebench
