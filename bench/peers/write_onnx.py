"""Writes a BERT encoder as ONNX, from the files of its model.

    python write_onnx.py MODEL OUT.onnx [INT8.onnx]

The graph has the nodes that exporters write, which ONNX Runtime fuses when it loads
the file; fusing them beforehand, with its optimiser for BERT, measured slower.
INT8.onnx is the same with weights quantised to 8 bits by row, and activations as
they come (onnxruntime.quantization.quantize_dynamic).
"""

import sys

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save
from onnxruntime.quantization import QuantType, quantize_dynamic

from reference import Encoder


class Graph:
    def __init__(self, encoder):
        self.encoder, self.nodes, self.constants, self.count = encoder, [], {}, 0

    def constant(self, name, value):
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def weight(self, name):
        return self.constant(name, self.encoder.weights[name].astype(np.float32))

    def add(self, kind, *inputs, **attributes):
        self.count += 1
        out = f"{kind}_{self.count}"
        self.nodes.append(helper.make_node(kind, list(inputs), [out], name=out, **attributes))
        return out

    def linear(self, x, name):
        w = self.constant(name + ".weight.T", self.encoder.weights[name + ".weight"].T.astype(np.float32))
        return self.add("Add", self.add("MatMul", x, w), self.weight(name + ".bias"))

    def norm(self, x, name):
        return self.add("LayerNormalization", x, self.weight(name + ".weight"), self.weight(name + ".bias"),
                        axis=-1, epsilon=self.encoder.config["layer_norm_eps"])

    def attention(self, x, mask, name):
        heads = self.encoder.config["num_attention_heads"]
        size = self.encoder.config["hidden_size"] // heads
        shape = self.constant("heads", np.array([0, 0, heads, size], np.int64))

        def split(part, order):
            return self.add("Transpose", self.add("Reshape", self.linear(x, f"{name}.self.{part}"), shape), perm=order)

        scores = self.add("MatMul", split("query", [0, 2, 1, 3]), split("key", [0, 2, 3, 1]))
        scores = self.add("Div", scores, self.constant("scale", np.array(np.sqrt(size), np.float32)))
        weights = self.add("Softmax", self.add("Add", scores, mask), axis=-1)
        mixed = self.add("Transpose", self.add("MatMul", weights, split("value", [0, 2, 1, 3])), perm=[0, 2, 1, 3])
        mixed = self.add("Reshape", mixed, self.constant("joined", np.array([0, 0, heads * size], np.int64)))
        return self.norm(self.add("Add", self.linear(mixed, name + ".output.dense"), x), name + ".output.LayerNorm")

    def gelu(self, x):
        half = self.add("Div", x, self.constant("sqrt2", np.array(np.sqrt(2), np.float32)))
        one = self.add("Add", self.add("Erf", half), self.constant("one", np.array(1, np.float32)))
        return self.add("Mul", self.add("Mul", x, one), self.constant("half", np.array(0.5, np.float32)))

    def build(self):
        e = "embeddings."
        x = self.add("Gather", self.weight(e + "word_embeddings.weight"), "input_ids")
        length = self.add("Slice", self.add("Shape", "input_ids"), self.constant("1", np.array([1], np.int64)), self.constant("2", np.array([2], np.int64)))
        places = self.add("Slice", self.constant("places", np.arange(self.encoder.config["max_position_embeddings"])[None]),
                          self.constant("0", np.array([0], np.int64)), length, self.constant("1", np.array([1], np.int64)))
        types = self.add("Gather", self.weight(e + "token_type_embeddings.weight"), "token_type_ids")
        x = self.add("Add", self.add("Add", x, types), self.add("Gather", self.weight(e + "position_embeddings.weight"), places))
        x = self.norm(x, e + "LayerNorm")
        mask = self.add("Cast", self.add("Unsqueeze", "attention_mask", self.constant("axes", np.array([1, 2], np.int64))), to=TensorProto.FLOAT)
        mask = self.add("Mul", self.add("Sub", self.constant("one", np.array(1, np.float32)), mask), self.constant("lowest", np.array(-10000, np.float32)))
        for i in range(self.encoder.config["num_hidden_layers"]):
            layer = f"encoder.layer.{i}"
            x = self.attention(x, mask, layer + ".attention")
            up = self.gelu(self.linear(x, layer + ".intermediate.dense"))
            x = self.norm(self.add("Add", self.linear(up, layer + ".output.dense"), x), layer + ".output.LayerNorm")
        self.nodes.append(helper.make_node("Identity", [x], ["last_hidden_state"]))
        names = ("input_ids", "attention_mask", "token_type_ids")
        inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "tokens"]) for n in names]
        outputs = [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "tokens", self.encoder.config["hidden_size"]])]
        graph = helper.make_graph(self.nodes, "bert", inputs, outputs, list(self.constants.values()))
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


if __name__ == "__main__":
    source, out = sys.argv[1:3]
    encoder = Encoder(source)
    save(Graph(encoder).build(), out)
    if len(sys.argv) > 3:
        quantize_dynamic(out, sys.argv[3], weight_type=QuantType.QInt8, per_channel=True)
