package kernel

// Activation is a function applied to each element of a product.
type Activation uint8

const (
	// None is the identity.
	None Activation = iota
	// GELU is x·Φ(x), Φ being the normal distribution function: the exact
	// form with erf (Hendrycks and Gimpel 2016).
	GELU
	// GELUTanh is its approximation by tanh, which checkpoints call gelu_new
	// and gelu_pytorch_tanh.
	GELUTanh
	// ReLU is max(x, 0).
	ReLU
	// SiLU is x/(1+exp(-x)), also called swish.
	SiLU
	// Tanh is the hyperbolic tangent.
	Tanh
	// GELUCoarse is GELU within 1.4e-4, for results that become bytes: it takes
	// two thirds of the time.
	GELUCoarse
)

// Epilogue is what a product does to its elements on their way to memory:
//
//	dst = act(product + bias) + residual
//
// The zero value stores the plain product.
type Epilogue struct {
	Bias     []float32  // [out], or nil
	Act      Activation // None by default
	Residual []float32  // [m, out], or nil
	LDR      int        // leading dimension of Residual
	// Accumulate adds the product to what dst holds:
	// dst = act(dst + product + bias) + residual.
	Accumulate bool
}

// check panics if the epilogue does not fit a [m, out] product.
func (ep *Epilogue) check(m, out int) {
	if ep.Bias != nil {
		checkLen("bias", ep.Bias, out)
	}
	if ep.Residual != nil {
		checkMatrix("residual", ep.Residual, m, out, ep.LDR)
	}
}

// Activate applies act to x in place.
func Activate(act Activation, x []float32) {
	activateRows(act, x, len(x), 1, len(x))
}

// activateRows applies act to x [rows, cols] in place.
func activateRows(act Activation, x []float32, ldx, rows, cols int) {
	if act > GELUCoarse {
		panic("kernel: unknown activation")
	}
	if act == None || rows == 0 || cols == 0 {
		return
	}
	activate(act, x, ldx, rows, cols)
}

// activateRowsGeneric is activateRows in portable Go.
func activateRowsGeneric(act Activation, x []float32, ldx, rows, cols int) {
	for i := range rows {
		activateGeneric(act, x[i*ldx:i*ldx+cols])
	}
}

// addRows adds r [rows, cols] to x [rows, cols].
func addRows(x []float32, ldx int, r []float32, ldr, rows, cols int) {
	if cols == 0 {
		return
	}
	for i := range rows {
		Add(x[i*ldx:i*ldx+cols], r[i*ldr:i*ldr+cols])
	}
}
