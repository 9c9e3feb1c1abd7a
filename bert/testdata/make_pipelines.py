"""Writes pipelines.json: what transformers' pipelines make of given outputs.

Run with transformers 4.57.6 (the last with the pipeline question-answering) and
numpy; PyTorch is not needed, since only the steps after the model are run:

    python make_pipelines.py > pipelines.json

Offsets are in characters, as in the pipelines.
"""
import json
import sys
import types

import numpy as np
from transformers import PreTrainedTokenizerFast
from transformers.pipelines.question_answering import QuestionAnsweringPipeline
from transformers.pipelines.token_classification import AggregationStrategy, TokenClassificationPipeline

rng = np.random.default_rng(20)
tokenizer = PreTrainedTokenizerFast(
    tokenizer_file="models/bert-token-classification/tokenizer.json",
    unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", pad_token="[PAD]", mask_token="[MASK]",
)
texts = [
    "the screen is broken in Paris .",
    "Naïve Petrova said: don't buy the 北京 hotel, it's far!",
    "unbelievably slow charging (three hours) in New York City",
    "good 😀 \u0905 hotel hotel Hotel",
    "the small hotel in paris by the river is good and the old hotel by the river is bad , " * 3,
]


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def rounded(x):
    """Short values. Sums of two hardly ever tie: the order of ties is arbitrary."""
    return np.round(x, 4)


def tag_cases():
    labels = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "MISC"]
    pipe = TokenClassificationPipeline.__new__(TokenClassificationPipeline)
    pipe.tokenizer = tokenizer
    pipe.model = types.SimpleNamespace(config=types.SimpleNamespace(id2label=dict(enumerate(labels))))
    for text in texts:
        e = tokenizer(text, return_offsets_mapping=True, return_special_tokens_mask=True)
        ids = np.array(e["input_ids"])
        logits = rounded(rng.normal(0, 3, (len(ids), len(labels))))
        want = {}
        for how in AggregationStrategy:
            pre = pipe.gather_pre_entities(text, ids, softmax(logits), e["offset_mapping"], np.array(e["special_tokens_mask"]), how)
            found = [x for x in pipe.aggregate(pre, how) if x.get("entity") != "O" and x.get("entity_group") != "O"]
            want[how.value] = [{k: float(v) if k == "score" else v for k, v in x.items()} for x in found]
        yield {"text": text, "labels": labels, "ids": ids.tolist(), "logits": logits.tolist(), "want": want}


def answer_cases():
    pipe = QuestionAnsweringPipeline.__new__(QuestionAnsweringPipeline)
    pipe.tokenizer, pipe.framework = tokenizer, "np"
    question = "where is the hotel ?"
    for text in texts:
        length, stride = 40, 20
        # tokenizers refuses a stride that leaves no room; the question has five tokens
        e = tokenizer(question, text, truncation="only_second", max_length=length, stride=stride,
                      return_overflowing_tokens=True, return_offsets_mapping=True)
        parts = []
        for i, ids in enumerate(e["input_ids"]):
            p_mask = np.array([[0 if s == 1 else 1 for s in e.sequence_ids(i)]])
            p_mask[0, 0] = 0
            logits = rounded(rng.normal(0, 2, (len(ids), 2)))
            parts.append((ids, p_mask, logits, e.encodings[i]))
        want = []
        for top_k, impossible, longest in [(1, False, 15), (3, False, 15), (4, True, 2)]:
            outputs = [{
                "start": l[None, :, 0].astype(np.float32), "end": l[None, :, 1].astype(np.float32), "p_mask": m,
                "encoding": enc, "example": types.SimpleNamespace(context_text=text),
            } for _, m, l, enc in parts]
            got = pipe.postprocess(outputs, top_k=top_k, handle_impossible_answer=impossible, max_answer_len=longest)
            want.append({"top_k": top_k, "impossible": impossible, "longest": longest, "answers": got if isinstance(got, list) else [got]})
        yield {"question": question, "text": text, "length": length, "stride": stride,
               "ids": [p[0] for p in parts], "logits": [p[2].tolist() for p in parts], "want": want}


json.dump({"tag": list(tag_cases()), "answer": list(answer_cases())}, sys.stdout, ensure_ascii=False, separators=(",", ":"))
print()
