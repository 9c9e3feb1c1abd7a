package estimator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// MarshalJSON writes d with its parameters in order. Infinite numbers, which
// JSON lacks, become the strings "+Inf" and "-Inf".
func (d Description) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	name, err := json.Marshal(d.Name)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(&b, `{"name":%s`, name)
	if len(d.Params) > 0 {
		b.WriteString(`,"params":{`)
		for i, p := range d.Params {
			if i > 0 {
				b.WriteByte(',')
			}
			key, err := json.Marshal(p.Name)
			if err != nil {
				return nil, err
			}
			value, err := marshalValue(p.Value)
			if err != nil {
				return nil, fmt.Errorf("estimator: %s: %s: %w", d.Name, p.Name, err)
			}
			b.Write(key)
			b.WriteByte(':')
			b.Write(value)
		}
		b.WriteByte('}')
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func marshalValue(v any) ([]byte, error) {
	switch v := v.(type) {
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return json.Marshal(strconv.FormatFloat(v, 'g', -1, 64))
		}
		b, err := json.Marshal(v)
		if err == nil && !bytes.ContainsAny(b, ".e") {
			b = append(b, ".0"...) // so that it is read as a float64 again
		}
		return b, err
	case Data:
		return json.Marshal(jsonData(v))
	case bool, int, uint64, string:
		return json.Marshal(v)
	}
	return nil, fmt.Errorf("%w: a value of type %T", ErrParam, v)
}

type jsonData struct {
	Rows   int    `json:"rows"`
	Cols   int    `json:"cols"`
	SHA256 string `json:"sha256"`
}

// maxParams limits the number of parameters read; no estimator has that many.
const maxParams = 1000

// UnmarshalJSON reads the output of MarshalJSON. Numbers without a fraction
// become int, or uint64 if they do not fit; all others become float64.
func (d *Description) UnmarshalJSON(data []byte) error {
	var o struct {
		Name   string          `json:"name"`
		Params json.RawMessage `json:"params"`
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&o); err != nil {
		return fmt.Errorf("%w: %w", ErrDescription, err)
	}
	out := Description{Name: o.Name}
	if len(o.Params) > 0 {
		params, err := unmarshalParams(o.Params)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrDescription, err)
		}
		out.Params = params
	}
	*d = out
	return nil
}

// unmarshalParams reads an object and preserves the order of its members.
func unmarshalParams(data []byte) ([]Param, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, fmt.Errorf("params is not an object")
	}
	var params []Param
	seen := map[string]bool{}
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return nil, err
		}
		name := t.(string) // object keys are always strings
		if seen[name] || len(params) == maxParams {
			return nil, fmt.Errorf("%d params, or a duplicate one", len(params)+1)
		}
		seen[name] = true
		var v any
		if err := dec.Decode(&v); err != nil {
			return nil, err
		}
		if v, err = value(v); err != nil {
			return nil, err
		}
		params = append(params, Param{name, v})
	}
	return params, nil
}

func value(v any) (any, error) {
	switch v := v.(type) {
	case bool, string:
		return v, nil
	case json.Number:
		s := v.String()
		if !strings.ContainsAny(s, ".eE") {
			if i, err := strconv.Atoi(s); err == nil {
				return i, nil
			}
			if u, err := strconv.ParseUint(s, 10, 64); err == nil {
				return u, nil
			}
		}
		return strconv.ParseFloat(s, 64)
	case map[string]any:
		var d jsonData
		again, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		dec := json.NewDecoder(bytes.NewReader(again))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&d); err != nil || d.SHA256 == "" {
			return nil, fmt.Errorf("an object that does not describe data")
		}
		return Data(d), nil
	}
	return nil, fmt.Errorf("a value that is not a bool, number, string or data")
}
