package kernel

// Activation is a function applied to each element of a product.
type Activation uint8

const (
	// None is the identity.
	None Activation = iota
	// GELU is x·Φ(x), Φ being the normal distribution function: the exact
	// form with erf (Hendrycks and Gimpel 2016).
	GELU
	// GELUTanh is its tanh approximation, which checkpoints call gelu_new and
	// gelu_pytorch_tanh.
	GELUTanh
	// ReLU is max(x, 0).
	ReLU
	// SiLU is x/(1+exp(-x)), also called swish.
	SiLU
	// Tanh is the hyperbolic tangent.
	Tanh
	// GELUCoarse is GELU to within 1.4e-4, for results that are then quantised
	// to bytes: it takes two thirds of the time.
	GELUCoarse
)

// Epilogue is what a product applies to its elements before storing them:
//
//	dst = LayerNorm(act(product + bias) + residual)
//
// The zero value stores the plain product.
type Epilogue struct {
	Bias     []float32  // [out], or nil
	Act      Activation // None by default
	Residual Matrix     // [m, out], or without Data: none
	// Accumulate adds the product to the contents of dst: dst =
	// LayerNorm(act(dst + product + bias) + residual).
	Accumulate bool
	Norm       *Norm // [out], or nil: no LayerNorm
}

// check panics unless dst and the epilogue fit an [m, out] product.
func (ep *Epilogue) check(dst Matrix, m, out int) {
	dst.check("dst", m, out)
	if ep.Bias != nil {
		checkLen("bias", ep.Bias, out)
	}
	if ep.Residual.Data != nil {
		ep.Residual.check("residual", m, out)
	}
	if ep.Norm != nil {
		ep.Norm.check(out)
	}
}

// rows returns the epilogue of n rows, starting at row i.
func (ep *Epilogue) rows(i, n int) Epilogue {
	part := *ep
	if ep.Residual.Data != nil {
		part.Residual = ep.Residual.rows(i, n)
	}
	return part
}

// output is where the sums of a tile go: dst = (sums + bias) + add.
type output struct {
	dst  Matrix    // [rows, cols]
	bias []float32 // [cols], or nil
	add  Matrix    // [rows, cols], or without Data; may be dst itself
}

// output returns where the sums of cols columns go, starting at column j, and
// what to add after the activation.
func (ep *Epilogue) output(dst Matrix, j, cols int) (o output, residual Matrix) {
	o.dst = dst.Slice(0, dst.Rows, j, j+cols)
	if ep.Bias != nil {
		o.bias = ep.Bias[j : j+cols]
	}
	if ep.Residual.Data != nil {
		residual = ep.Residual.Slice(0, dst.Rows, j, j+cols)
	}
	if ep.Accumulate {
		o.add = o.dst
	} else if ep.Act == None {
		o.add, residual = residual, Matrix{}
	}
	return o, residual
}

// columns returns the output of cols columns, starting at column j of o.
func (o *output) columns(j, cols int) output {
	part := output{dst: o.dst.Slice(0, o.dst.Rows, j, j+cols)}
	if o.bias != nil {
		part.bias = o.bias[j : j+cols]
	}
	if o.add.Data != nil {
		part.add = o.add.Slice(0, o.dst.Rows, j, j+cols)
	}
	return part
}

// finish does the rest of the epilogue for a tile that is stored, except the
// LayerNorm.
func (o *output) finish(act Activation, residual Matrix) {
	activateRows(act, o.dst)
	if residual.Data != nil {
		for i := range o.dst.Rows {
			Add(o.dst.Row(i), residual.Row(i))
		}
	}
}

// Activate applies act to x in place.
func Activate(act Activation, x []float32) {
	activateRows(act, RowMajor(x, 1, len(x)))
}

// activateRows applies act to each row of x in place.
func activateRows(act Activation, x Matrix) {
	if act > GELUCoarse {
		panic("kernel: unknown activation")
	}
	if act == None || x.Rows == 0 || x.Cols == 0 {
		return
	}
	if !has(activationOps[act]) {
		for i := range x.Rows {
			activateGeneric(act, x.Row(i))
		}
		return
	}
	p := &x.Data[0]
	switch act {
	case GELU:
		geluAsm(p, x.Stride, x.Rows, x.Cols)
	case GELUCoarse:
		geluCoarseAsm(p, x.Stride, x.Rows, x.Cols)
	case GELUTanh:
		geluTanhAsm(p, x.Stride, x.Rows, x.Cols)
	case ReLU:
		reluAsm(p, x.Stride, x.Rows, x.Cols)
	case SiLU:
		siluAsm(p, x.Stride, x.Rows, x.Cols)
	case Tanh:
		tanhAsm(p, x.Stride, x.Rows, x.Cols)
	}
}

// activationOps are the operations that compute activations.
var activationOps = [...]operation{GELU: opGelu, GELUTanh: opGeluTanh, ReLU: opRelu, SiLU: opSilu, Tanh: opTanh, GELUCoarse: opGeluCoarse}
