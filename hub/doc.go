// Package hub finds models by name in the Hugging Face cache, whichever tool
// put them there, and downloads missing ones:
//
//	dir, err := hub.Resolve(ctx, "sentence-transformers/all-MiniLM-L6-v2", hub.Options{})
//	m, err := bert.Load(dir, bert.Options{})
//
// Packages that run models do not import it, so that programs that load their
// models from elsewhere contain no network code.
//
// The cache has the layout that the Hub documents
// (https://huggingface.co/docs/hub/local-cache):
//
//	CACHE/models--ORG--NAME/refs/main              the commit that main stood at
//	CACHE/models--ORG--NAME/blobs/ETAG             contents, named by their digest
//	CACHE/models--ORG--NAME/snapshots/COMMIT/FILE  links to ../../blobs/ETAG
//	CACHE/models--ORG--NAME/.no_exist/COMMIT/FILE  files known not to exist
//	CACHE/.locks/models--ORG--NAME/ETAG.lock       held while a blob is downloaded
//
// Unfinished downloads are named blobs/ETAG.incomplete, as in huggingface_hub,
// so that either tool resumes downloads of the other; both take the same lock.
//
// # Environment
//
// Empty fields of [Options] are taken from the environment, with the same
// meaning as in the Hub's own tools:
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
// A download is renamed into place only after its size and digest (SHA-256 of
// large files, git's SHA-1 of small ones) have been verified. All writing goes
// through an [os.Root] of the cache, so neither a hostile listing nor a link
// can lead outside it. The token is sent only to the endpoint's own scheme and
// host, never along with a redirect.
package hub
