"""Writes gradients.json: gradients of the tiny models beside this file's parent, by PyTorch in float64.

    pip install -r requirements.txt
    python make.py DIR...        (directories that hold models, each in one of its own)

The loss is that of loss() in differentiable_test.go: the sum of the unit means and unit first vectors of four texts of 5, 1,
0 and 9 tokens, each element times sin(i*i mod 101 + 1). PyTorch sees them padded, the empty one left out (its vectors are
zero and have no gradient). Of every parameter's gradient the file has the length, and the sums of its elements times
cos(i*i mod 997) and sin(i*i mod 1009), i counting all elements: they tell any element that differs."""
import json
import pathlib
import sys

import torch
from transformers import AutoModel

LENGTHS = [5, 1, 0, 9]


def inputs(config):
    ids = torch.zeros(len(LENGTHS), max(LENGTHS), dtype=torch.long)
    mask, types = torch.zeros_like(ids), torch.zeros_like(ids)
    for i, n in enumerate(LENGTHS):
        for j in range(n):
            ids[i, j] = (i * 97 + j * 31 + 5) % config.vocab_size
            mask[i, j] = 1
            if getattr(config, "type_vocab_size", 0) > 1:
                types[i, j] = j // 3 % config.type_vocab_size
    return ids, mask, types


def positions(config, ids, mask):
    """Rows of the position table without padding, as the models count them for real tokens."""
    pad = {"roberta": config.pad_token_id, "xlm-roberta": config.pad_token_id, "camembert": config.pad_token_id, "mpnet": 1}.get(config.model_type)
    if pad is None:
        return torch.arange(ids.shape[1]).expand_as(ids)
    real = ((ids != pad) & (mask == 1)).long()
    return real.cumsum(1) * real + pad


def gradients(path):
    model = AutoModel.from_pretrained(path, dtype=torch.float64, attn_implementation="eager").eval()
    config = model.config
    ids, mask, types = inputs(config)
    arguments = {"input_ids": ids, "attention_mask": mask}
    if config.model_type != "distilbert":
        arguments["position_ids"] = positions(config, ids, mask)
        if getattr(config, "type_vocab_size", 0) > 1:
            arguments["token_type_ids"] = types
    keep = [i for i, n in enumerate(LENGTHS) if n]
    hidden = model(**{k: v[keep] for k, v in arguments.items()}).last_hidden_state
    real = mask[keep].unsqueeze(-1).double()
    mean = (hidden * real).sum(1) / real.sum(1)
    unit = torch.nn.functional.normalize
    width = hidden.shape[-1]
    i = torch.arange(len(LENGTHS) * width, dtype=torch.long)
    weights = torch.sin((i * i % 101 + 1).double()).view(len(LENGTHS), width)[keep]
    loss = (weights * (unit(mean, dim=1) + unit(hidden[:, 0], dim=1))).sum()
    loss.backward()
    out = {}
    for name, p in model.named_parameters():
        if p.grad is None:
            continue
        g = p.grad.flatten()
        i = torch.arange(len(g), dtype=torch.long)
        out[name] = [g.norm().item(), (g * torch.cos((i * i % 997).double())).sum().item(), (g * torch.sin((i * i % 1009).double())).sum().item()]
    return {"loss": loss.item(), "gradients": out}


if __name__ == "__main__":
    result = {}
    for root in sys.argv[1:]:
        for path in sorted(pathlib.Path(root).iterdir()):
            if (path / "config.json").exists():
                result[path.name] = gradients(path)
    text = json.dumps(result, sort_keys=True).replace('], "', '],\n"').replace("}, ", "},\n")
    (pathlib.Path(__file__).parent / "gradients.json").write_text(text + "\n")
