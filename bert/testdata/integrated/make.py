"""Writes integrated.json: integrated gradients of the tiny models beside this file's parent, in float64.

    pip install -r requirements.txt
    python make.py

They are computed without any gradient: at each of 64 Gauss-Legendre points of the line from the baseline to the text, the
derivative due to a token is the central difference of the score when that token alone moves along the line. The score is the
mean of the hidden states times sin(i*i mod 101 + 1), i counting features, or the logit of class 2."""
import json
import pathlib

import numpy
import torch
from tokenizers import Tokenizer
from transformers import AutoModel, AutoModelForSequenceClassification

TEXTS = ["the phone screen is broken, and the battery is slow", "good naïve 北京 hotel in paris!", "x"]
H = 1e-4


def integrate(path, classify):
    load = AutoModelForSequenceClassification if classify else AutoModel
    model = load.from_pretrained(path, dtype=torch.float64, attn_implementation="eager").eval()
    table = model.get_input_embeddings().weight.detach()
    tokenizer = Tokenizer.from_file(str(path / "tokenizer.json"))
    tokenizer.no_padding()

    def scores(embeddings):  # [n, tokens, embedding]
        with torch.no_grad():
            out = model(inputs_embeds=embeddings)
        if classify:
            return out.logits[:, 2]
        mean = out.last_hidden_state.mean(1)
        i = torch.arange(mean.shape[1], dtype=torch.long)
        return mean @ torch.sin((i * i % 101 + 1).double())

    result = []
    for text in TEXTS:
        encoding = tokenizer.encode(text)
        own = table[encoding.ids]
        step = own - table[model.config.pad_token_id]
        step[torch.tensor(encoding.special_tokens_mask, dtype=torch.bool)] = 0
        points, weights = numpy.polynomial.legendre.leggauss(64)
        values = torch.zeros(len(own), dtype=torch.float64)
        one = torch.diag_embed(torch.ones(len(own), dtype=torch.float64)).unsqueeze(-1) * step  # [tokens, tokens, embedding]
        for a, w in zip((points + 1) / 2, weights / 2):
            x = (own - (1 - a) * step).unsqueeze(0)
            values += w * (scores(x + H * one) - scores(x - H * one)) / (2 * H)
        ends = scores(torch.stack([own - step, own]))
        result.append({"text": text, "baseline": ends[0].item(), "score": ends[1].item(), "values": values.tolist()})
        assert abs(values.sum() - (ends[1] - ends[0])) < 1e-6
    return result


if __name__ == "__main__":
    here = pathlib.Path(__file__).parent
    models = here.parent / "models"
    out = {name: integrate(models / name, name.endswith("classification")) for name in ["bert", "bert-sequence-classification"]}
    (here / "integrated.json").write_text(json.dumps(out, indent=1) + "\n")
