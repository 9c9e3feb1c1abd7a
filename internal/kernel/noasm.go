package kernel

func cpuLevel() Level { return Generic }
