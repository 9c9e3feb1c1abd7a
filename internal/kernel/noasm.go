//go:build !amd64 || purego

package kernel

func cpuLevel() Level { return Generic }

func (t *tile) multiply() { t.multiplyGeneric() }
