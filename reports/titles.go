package reports

import (
	"fmt"
	"hash/fnv"

	"github.com/dpopspec/dpopspec/internal/mask"
)

// titles cuts titles to a width so that two of them stay two: what tells cases apart
// stands at the end, the row and the endpoint, so the middle goes. Two that would look
// alike even so get a mark each by which they differ. The zero value is ready; it is not
// safe for use by several goroutines.
type titles struct {
	whole map[string]string // the title that a cut one stands for
}

// mostTitles is how many cut titles are remembered.
const mostTitles = 50_000

// cut returns the title in at most width characters, the same for a title each time.
func (t *titles) cut(title string, width int) string {
	short := shorten(title, width)
	if short == title {
		return title
	}
	if t.whole == nil || len(t.whole) >= mostTitles {
		t.whole = map[string]string{}
	}
	for n := 0; ; n++ {
		known, taken := t.whole[short]
		if !taken || known == title {
			t.whole[short] = title
			return short
		}
		short = withMark(title, width, n)
	}
}

// withMark is a title in so many characters with a mark that stands for all of it.
func withMark(title string, width, n int) string {
	h := fnv.New32a()
	fmt.Fprint(h, title, n)
	mark := fmt.Sprintf("#%07x", h.Sum32()>>4)
	return shorten(title, width-len(mark)-1) + " " + mark
}

// shorten cuts the text to at most width characters. Its beginning and its end stay, the
// end the shorter one, with an ellipsis between them. A mask stays whole or goes.
func shorten(s string, width int) string {
	if width <= 0 || runeLen(s) <= width {
		return s
	}
	runes := []rune(s)
	tail := min((width-1)*2/5, 40)
	head := width - 1 - tail
	front := s[:mask.CutMasked(s, len(string(runes[:head])))]
	from := len(string(runes[:len(runes)-tail]))
	if at := mask.CutMasked(s, from); at < from { // within a mask, which goes
		from = len(s)
	}
	return front + "…" + s[from:]
}
