// Package serve serves a model of package bert over HTTP. It implements the
// routes of OpenAI's embeddings API and of Hugging Face's Text Embeddings
// Inference (TEI), so that clients of either only need a different address.
//
//	h, err := serve.Handler(model, serve.Options{})
//	err = http.ListenAndServe("127.0.0.1:8080", h)
//
// # Routes
//
//	POST /v1/embeddings   OpenAI: input is a string, strings, token ids or arrays of them
//	GET  /v1/models       OpenAI: the one model
//	POST /embed           TEI: vectors of one text or several
//	POST /embed_sparse    TEI: their sparse vectors, [{index, value}]
//	POST /embed_all       TEI: the encoder's vectors of all their tokens
//	POST /rerank          TEI: texts by how well they fit a query, best first
//	POST /predict         TEI: classes of texts or pairs of texts
//	POST /similarity      TEI: cosines of a sentence and others
//	POST /tokenize        TEI: tokens of texts, with their places in characters
//	POST /                TEI: /embed, /embed_sparse, /similarity, /predict or /rerank, as the model and the request require
//	GET  /info, /health   TEI: the model and the limits; 200 once it serves
//	GET  /metrics         Prometheus
//
// The field "model" of a request is ignored: a handler has one model, which its
// responses name. Token ids are used as they are, special tokens included.
// Requests with unknown fields are refused with an error that names the field.
//
// # Batches
//
// Texts that arrive while others are being encoded wait in a queue and are then
// encoded together, up to a number of tokens. An idle handler encodes a text at
// once, without waiting for more. A text's vector does not depend on the other
// texts in its batch.
//
// # Limits
//
// A request that is too large (in bytes, texts, or tokens of a text) gets
// status 413, one that finds the queue full 429, and one that takes too long
// 503. A route that the model is not made for answers 424. Texts are neither
// logged nor quoted in errors.
package serve
