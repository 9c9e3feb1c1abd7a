"""Writes next/multi-vector-stanford: a tiny checkpoint in the layout of
Stanford's ColBERT, and what sentence-transformers makes of it.

Run with PyTorch 2.15, transformers 5.24 and sentence-transformers 6.2. Weights
are random; the vectors are those of MultiVectorEncoder in float64. The
tokenizer is that of next/multi-vector-colbert.
"""
import json
import os
import shutil

import torch
from safetensors.torch import save_file
from sentence_transformers import MultiVectorEncoder
from transformers import BertConfig, BertModel

here = os.path.dirname(os.path.abspath(__file__))
dir = os.path.join(here, "next", "multi-vector-stanford")
other = os.path.join(here, "next", "multi-vector-colbert")
os.makedirs(dir, exist_ok=True)
for name in ["tokenizer.json", "tokenizer_config.json"]:
    shutil.copy(os.path.join(other, name), dir)

torch.manual_seed(22)
config = BertConfig(vocab_size=330, hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12, max_position_embeddings=40, architectures=["HF_ColBERT"])
encoder = BertModel(config)
state = {"bert." + k: torch.randn(v.shape) * 0.3 + (1 if k.endswith("LayerNorm.weight") else 0) for k, v in encoder.state_dict().items() if v.is_floating_point()}
state["linear.weight"] = torch.randn(6, 8) * 0.3
save_file(state, os.path.join(dir, "model.safetensors"), metadata={"format": "pt"})
with open(os.path.join(dir, "config.json"), "w") as f:
    json.dump({**config.to_dict(), "architectures": ["HF_ColBERT"]}, f, indent=1, sort_keys=True)
with open(os.path.join(dir, "artifact.metadata"), "w") as f:
    json.dump({
        "query_token_id": "[unused1]", "doc_token_id": "[unused0]", "query_token": "[Q]", "doc_token": "[D]",
        "ncells": None, "centroid_score_threshold": None, "ndocs": None, "load_index_with_mmap": False, "index_path": None,
        "index_bsize": 64, "nbits": 1, "kmeans_niters": 4, "resume": False, "pool_factor": 1, "clustering_mode": "hierarchical", "protected_tokens": 0,
        "similarity": "cosine", "bsize": 32, "accumsteps": 2, "lr": 1e-05, "maxsteps": 400000, "save_every": None, "warmup": 20000,
        "warmup_bert": None, "relu": False, "nway": 64, "use_ib_negatives": True, "reranker": False, "distillation_alpha": 1.0,
        "ignore_scores": False, "model_name": None, "query_maxlen": 12, "attend_to_mask_tokens": False, "interaction": "colbert",
        "dim": 6, "doc_maxlen": 20, "mask_punctuation": True, "checkpoint": None, "triples": None, "collection": None, "queries": None,
        "index_name": None, "overwrite": False, "root": "experiments", "experiment": "default", "index_root": None, "name": "run",
        "rank": 0, "nranks": 1, "amp": True, "gpus": 1, "avoid_fork_if_possible": False, "meta": {"version": "colbert-v0.4"},
    }, f, indent=1)

texts = ["The battery is empty by noon.", "it will not charge", "快递很慢，客服态度不错。", "", "The parcel came late; the courier lost it twice! We ordered two blue shirts, but received one green shirt.", "12.50 € (a \"b\") [c]"]
m = MultiVectorEncoder(dir, device="cpu").double().eval()
out = {}
for i, text in enumerate(texts):  # one at a time: padding must not matter
    for task, encode in [("query", m.encode_query), ("document", m.encode_document)]:
        v = encode([text])[0]
        out[f"text{i}.{task}_f64"] = torch.as_tensor(v).double().contiguous()
save_file(out, os.path.join(dir, "expected_texts_f64.safetensors"))
ids = [m.tokenizer(t, truncation=True, max_length=24)["input_ids"] for t in texts]
with open(os.path.join(dir, "expected_texts.json"), "w") as f:
    json.dump({"texts": texts, "ids": ids, "pairs": []}, f, ensure_ascii=False)
print({k: tuple(v.shape) for k, v in out.items()}, {v.dtype for v in out.values()})
