package clean

import (
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// emoji drops or names emoji, each a whole grapheme cluster: with its skin tone,
// its joined parts, or the two letters of a flag.
func emoji(e *editor, t Treatment) {
	s := e.s
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf && (i+1 >= len(s) || s[i+1] < utf8.RuneSelf) {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if !isEmoji(r) && !(keycap(r) && i+n < len(s) && s[i+n] >= 0xE2) {
			i += n
			continue
		}
		cluster, _, _, _ := uniseg.FirstGraphemeClusterInString(s[i:], -1)
		if keycap(r) && !isKeycap(cluster) {
			i += n
			continue
		}
		if t == Drop {
			e.put(i, i+len(cluster), "")
		} else {
			e.put(i, i+len(cluster), " "+emojiName(cluster)+" ")
		}
		i += len(cluster)
	}
}

func keycap(r rune) bool { return '0' <= r && r <= '9' || r == '#' || r == '*' }

func isKeycap(cluster string) bool {
	for _, r := range cluster {
		if r == 0x20E3 {
			return true
		}
	}
	return false
}

// isEmoji tells whether r is shown as a picture, or begins one.
func isEmoji(r rune) bool {
	switch {
	case r < 0x203C:
		return false
	case 0x1F300 <= r && r <= 0x1FAFF, 0x1F000 <= r && r <= 0x1F0FF, 0x1F1E6 <= r && r <= 0x1F1FF, 0x1F18E <= r && r <= 0x1F19A, 0x1F200 <= r && r <= 0x1F265:
		return true
	case 0x2600 <= r && r <= 0x27BF, 0x2B05 <= r && r <= 0x2B07, 0x2B1B <= r && r <= 0x2B1C, r == 0x2B50, r == 0x2B55:
		return true
	case 0x231A <= r && r <= 0x231B, 0x23E9 <= r && r <= 0x23F3, r == 0x203C, r == 0x2049, r == 0x3030, r == 0x303D:
		return true
	}
	return false
}

// emojiName is a picture's name, or "emoji" for those without one here.
func emojiName(cluster string) string {
	r, _ := utf8.DecodeRuneInString(cluster)
	if 0x1F1E6 <= r && r <= 0x1F1FF {
		return "flag"
	}
	if n, ok := emojiNames[r]; ok {
		return n
	}
	return "emoji"
}

// emojiNames names, in English, the pictures that make up most of what is
// written, after the short names of Unicode's CLDR.
var emojiNames = map[rune]string{
	'😀': "grinning face", '😃': "grinning face", '😄': "grinning face", '😁': "beaming face", '😆': "laughing face", '😅': "nervous smile",
	'🤣': "rolling on the floor laughing", '😂': "tears of joy", '🙂': "smile", '🙃': "upside-down face", '😉': "wink", '😊': "smiling face",
	'😇': "angel face", '🥰': "smiling face with hearts", '😍': "heart eyes", '🤩': "star-struck", '😘': "kiss", '😗': "kiss", '😙': "kiss", '😚': "kiss",
	'😋': "yummy", '😛': "tongue out", '😜': "winking tongue out", '🤪': "zany face", '🤑': "money face", '🤗': "hug", '🤭': "giggle", '🤫': "shush",
	'🤔': "thinking", '🤐': "zipped mouth", '🤨': "raised eyebrow", '😐': "neutral face", '😑': "expressionless", '😶': "no mouth", '😏': "smirk",
	'😒': "unamused", '🙄': "rolling eyes", '😬': "grimace", '😌': "relieved", '😔': "pensive", '😪': "sleepy", '😴': "sleeping", '😷': "face mask",
	'🤒': "ill", '🤢': "nauseated", '🤮': "vomiting", '🤧': "sneezing", '🥵': "hot face", '🥶': "cold face", '😵': "dizzy", '🤯': "mind blown",
	'🥳': "party", '😎': "cool", '🤓': "nerd", '😕': "confused", '😟': "worried", '🙁': "frown", '☹': "frown", '😮': "surprised", '😯': "surprised",
	'😲': "astonished", '😳': "flushed", '🥺': "pleading", '😦': "frowning", '😧': "anguished", '😨': "fearful", '😰': "anxious", '😥': "sad but relieved",
	'😢': "crying", '😭': "loudly crying", '😱': "screaming", '😖': "confounded", '😣': "persevering", '😞': "disappointed", '😓': "downcast",
	'😩': "weary", '😫': "tired", '🥱': "yawning", '😤': "huffing", '😡': "enraged", '😠': "angry", '🤬': "swearing", '😈': "devil", '💀': "skull",
	'💩': "pile of poo", '🤡': "clown", '👻': "ghost", '🤖': "robot", '❤': "red heart", '💔': "broken heart", '💕': "two hearts", '💖': "sparkling heart",
	'💗': "growing heart", '💙': "blue heart", '💚': "green heart", '💛': "yellow heart", '💜': "purple heart", '🖤': "black heart", '💯': "hundred points",
	'👍': "thumbs up", '👎': "thumbs down", '👏': "clapping hands", '🙌': "raised hands", '👌': "ok hand", '🙏': "folded hands", '💪': "strong arm",
	'✌': "victory hand", '🤝': "handshake", '👋': "waving hand", '🤞': "crossed fingers", '👀': "eyes", '🤷': "shrug", '🤦': "facepalm", '🔥': "fire",
	'⭐': "star", '🌟': "glowing star", '✨': "sparkles", '🎉': "party popper", '🎁': "gift", '✅': "check mark", '✔': "check mark", '❌': "cross mark",
	'⚠': "warning", '❗': "exclamation mark", '❓': "question mark", '☀': "sun", '🌹': "rose", '🌸': "cherry blossom", '🐶': "dog", '🐱': "cat", '☕': "coffee",
	'🍺': "beer", '🍕': "pizza", '🎵': "music", '🎶': "music", '📷': "camera", '📱': "mobile phone", '💻': "laptop", '🔋': "battery", '📦': "package", '🚚': "delivery truck",
	'💰': "money bag", '💸': "money with wings", '👕': "shirt", '👗': "dress", '👟': "shoe", '📞': "telephone", '📧': "e-mail", '🚀': "rocket", '⏰': "alarm clock", '🔝': "top",
}
