"""Writes steps.json: five steps of AdamW in PyTorch, float64, on the tiny BERT of package bert's tests.

    pip install -r requirements.txt
    python make.py

The texts are those of topics(12) in run_test.go, the loss MultipleNegativesRanking of all pairs at once (scale 20), without
dropout; linear warm-up over one step of six and decay, clipping at 1, weight decay 0.01 but for biases and norms. Of every
parameter's change the file has the length and the sums along two directions, as gradients.json of package bert."""
import json
import pathlib

import torch
from tokenizers import Tokenizer
from transformers import AutoModel, get_linear_schedule_with_warmup

here = pathlib.Path(__file__).parent
directory = here / "../../../bert/testdata/models/bert"
WORDS = [["phone", "screen", "battery"], ["hotel", "paris", "best"], ["slow", "broken", "answer"]]


def text(i, k):
    w = WORDS[i % 3]
    return f"the {w[k % 3]} is {w[(k + 1) % 3]} and {k % 7} {w[k % 2]}"


def main():
    tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
    tokenizer.no_truncation()
    pairs = [(text(i, i), text(i, i + 4)) for i in range(12)]
    model = AutoModel.from_pretrained(directory, dtype=torch.float64, attn_implementation="eager").eval()
    before = {n: p.detach().clone() for n, p in model.named_parameters()}
    groups = [
        {"params": [p for p in model.parameters() if p.dim() > 1], "weight_decay": 0.01},
        {"params": [p for p in model.parameters() if p.dim() == 1], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=1e-3)
    schedule = get_linear_schedule_with_warmup(optimiser, 1, 6)

    def encode(texts):
        tokenizer.enable_padding()
        batch = tokenizer.encode_batch(texts)
        ids, mask = torch.tensor([e.ids for e in batch]), torch.tensor([e.attention_mask for e in batch])
        hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state
        real = mask.unsqueeze(-1).double()
        return torch.nn.functional.normalize((hidden * real).sum(1) / real.sum(1), dim=1)

    losses = []
    for _ in range(5):
        a, b = encode([p[0] for p in pairs]), encode([p[1] for p in pairs])
        scores = 20 * a @ b.T
        # A text equal to the positive or to the anchor is no negative.
        for i, p in enumerate(pairs):
            for j, q in enumerate(pairs):
                if i != j and q[1] in p:
                    scores[i, j] = -torch.inf
        loss = torch.nn.functional.cross_entropy(scores, torch.arange(len(pairs)))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
        losses.append(loss.item())
    changes = {}
    for name, p in model.named_parameters():
        d = (p.detach() - before[name]).flatten()
        i = torch.arange(len(d))
        if d.norm() > 0 and "pooler" not in name:
            changes[name] = [d.norm().item(), (d * torch.cos((i * i % 997).double())).sum().item(), (d * torch.sin((i * i % 1009).double())).sum().item()]
    out = json.dumps({"losses": losses, "changes": changes}, sort_keys=True).replace('], "', '],\n"')
    (here / "steps.json").write_text(out + "\n")


main()
