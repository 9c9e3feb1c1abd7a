// Package hub finds models by name in the Hugging Face cache, as any tool left
// them there, and downloads what is missing:
//
//	dir, err := hub.Resolve(ctx, "sentence-transformers/all-MiniLM-L6-v2", hub.Options{})
//	m, err := bert.Load(dir, bert.Options{})
//
// Packages that run models do not use it, so that programs which load their
// models from elsewhere have no network code in them.
//
// The cache is the one that the Hub documents for all languages
// (https://huggingface.co/docs/hub/local-cache):
//
//	CACHE/models--ORG--NAME/refs/main              the commit that main stood at
//	CACHE/models--ORG--NAME/blobs/ETAG             contents, named by their digest
//	CACHE/models--ORG--NAME/snapshots/COMMIT/FILE  links to ../../blobs/ETAG
//	CACHE/models--ORG--NAME/.no_exist/COMMIT/FILE  files known not to exist
//	CACHE/.locks/models--ORG--NAME/ETAG.lock       held while a blob is downloaded
//
// Unfinished downloads are blobs/ETAG.incomplete, as huggingface_hub names
// them, so that either tool resumes what the other began; both take the same
// lock.
//
// # Environment
//
// Where [Options] leaves a field empty, the environment decides, with the
// meaning that the Hub's own tools give it:
//
//	HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE  the cache itself
//	HF_HOME                              the cache is $HF_HOME/hub
//	XDG_CACHE_HOME                       the cache is $XDG_CACHE_HOME/huggingface/hub
//	(none)                               ~/.cache/huggingface/hub
//	HF_HUB_OFFLINE, TRANSFORMERS_OFFLINE 1, on, yes or true: never use the network
//	HF_ENDPOINT                          https://huggingface.co
//	HF_TOKEN, HUGGING_FACE_HUB_TOKEN     the access token, else from the file
//	HF_TOKEN_PATH                        $HF_HOME/token
//	HF_HUB_DISABLE_IMPLICIT_TOKEN        send no token that Options does not give
//	HTTPS_PROXY, HTTP_PROXY, NO_PROXY    as net/http reads them
//
// # Safety
//
// A download counts only once its size and its digest (SHA-256 of large files,
// git's SHA-1 of small ones) are right; then it is renamed into place. All
// writing goes through an [os.Root] of the cache, so neither a hostile listing
// nor a link can lead it elsewhere. The token goes to the endpoint's own scheme
// and host alone, never along with a redirect.
package hub
