// Package text splits what users wrote into words, numbers and sentences, in
// English and in Chinese, and knows which of the words are stop words.
//
// What a BERT model reads is the cleaned sentence (package clean), as it was
// written: models are trained on such. Words, stop words, lemmas (package
// english) and Chinese words (package chinese) serve keywords and explanations.
// Who wants otherwise can join Splitter.Words, less StopWords, with spaces and
// embed that.
package text
