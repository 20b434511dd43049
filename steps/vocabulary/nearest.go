package vocabulary

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/dpopspec/dpopspec/internal/spelling"
)

// mostNear is how many steps are proposed in the place of an unknown one.
const mostNear = 3

// mostWords of a text are compared, and so many octets of it are looked at: no step is
// longer, and a file may hold a megabyte in one line.
const mostWords, mostOctets = 64, 4096

// Nearest returns up to three examples of the steps that somebody may have meant who
// wrote an unknown one, the likeliest first. Words count by how few steps have them,
// a word that is nearly another counts in part, and values (texts in quotes, numbers,
// paths) hardly at all, for they are the author's own.
func (v *Vocabulary) Nearest(text string) []string { return v.NearestOf("", text) }

// NearestOf is Nearest among the steps that usually stand behind a keyword; empty: any.
func (v *Vocabulary) NearestOf(keyword, text string) []string {
	type near struct {
		example string
		score   float64
	}
	w := v.weights()
	wanted := tokensOf(text[:min(len(text), mostOctets)])
	wanted = wanted[:min(len(wanted), mostWords)]
	var list []near
	for i := range v.Definitions {
		if keyword != "" && v.Definitions[i].Keyword != keyword {
			continue
		}
		best, which := 0.0, ""
		for _, s := range w.shapes[i] {
			if score := w.likeness(wanted, s); score > best {
				best, which = score, s.example
			}
		}
		if v.Definitions[i].Own { // that is what people write
			best *= forOwn
		}
		list = append(list, near{which, best})
	}
	slices.SortStableFunc(list, func(a, b near) int { return cmp.Compare(b.score, a.score) })
	var examples []string
	for _, n := range list[:min(mostNear, len(list))] {
		if n.score >= leastLikeness && n.score >= list[0].score*besideTheBest {
			examples = append(examples, n.example)
		}
	}
	return examples
}

const (
	leastLikeness = 0.12 // what has less in common is no proposal
	besideTheBest = 0.4  // nor is what has so much less in common than the best
	forOwn        = 1.15
	leastWord     = 0.6 // so much two words must be alike to count as one mistyped
)

// shape is what a step looks like to somebody who looks for it, with one form of its
// words: what it holds of that, what it may hold beside, and how it is shown.
type shape struct {
	always, sometimes []string
	example           string
}

// weights know what a word is worth: the fewer steps hold it, the more it tells.
type weights struct {
	shapes [][]shape // of each definition
	worth  map[string]float64
	most   float64 // of a word that no step holds
}

// weights are made once, for a vocabulary has several hundred steps.
func (v *Vocabulary) weights() weights {
	v.weighing.Lock()
	defer v.weighing.Unlock()
	if v.weighed == nil || len(v.weighed.shapes) != len(v.Definitions) {
		w := v.weigh()
		v.weighed = &w
	}
	return *v.weighed
}

func (v *Vocabulary) weigh() weights {
	w := weights{worth: map[string]float64{}}
	held := map[string]int{}
	for i := range v.Definitions {
		shapes := v.shapes(&v.Definitions[i])
		w.shapes = append(w.shapes, shapes)
		var words []string
		for _, s := range shapes {
			words = slices.Concat(words, s.always, s.sometimes)
		}
		slices.Sort(words)
		for _, word := range slices.Compact(words) {
			held[word]++
		}
	}
	n := float64(len(v.Definitions))
	for word, steps := range held {
		w.worth[word] = math.Log(1 + n/float64(steps))
	}
	w.most = math.Log(1+n) / 2
	return w
}

func (w weights) of(word string) float64 {
	switch worth, known := w.worth[word]; {
	case filler[word]:
		return 0.3
	case isValue(word):
		return 0.5
	case known:
		return worth
	}
	return w.most
}

// likeness is how much a text and a step have in common, from 0 to 1.
func (w weights) likeness(wanted []string, s shape) float64 {
	common, all, told := 0.0, 0.0, false
	met := map[string]float64{} // the words of the step that the text holds, and how well
	pairs, before := 0.0, -1
	for _, word := range wanted {
		best, which, at := 0.0, "", -1
		for i, other := range s.always {
			if a := alike(word, other); a > best {
				best, which, at = a, other, i
			}
		}
		for _, other := range s.sometimes {
			if a := alike(word, other); a > best {
				best, which, at = a, other, -1
			}
		}
		if best < leastWord {
			all += w.of(word) * 0.7 // it may be one that a step could well have
			continue
		}
		all += w.of(word)
		common += best * min(w.of(word), w.of(which))
		told = told || !isValue(word)
		met[which] = max(met[which], best)
		if before >= 0 && at == before+1 {
			pairs++
		}
		before = at
	}
	missed := 0.0
	for _, word := range s.always {
		missed += w.of(word) * (1 - met[word])
	}
	if !told {
		return 0 // the author's own values alone
	}
	// What a step holds beside is forgiven more than what the text holds beside: people
	// leave out, and the rest of the step tells them what they could say.
	score := common / (all + 0.75*missed)
	return score * (1 + 0.1*pairs/float64(len(wanted)))
}

// alike is how much two words look like one: 1 for the same, less for a word with
// another ending or with a letter that is wrong.
func alike(a, b string) float64 {
	switch {
	case a == b:
		return 1
	case isValue(a) && isValue(b):
		return 0.8
	case isValue(a) || isValue(b):
		return 0
	case stem(a) == stem(b):
		return 0.95
	case synonyms[stem(a)] != "" && synonyms[stem(a)] == synonyms[stem(b)]:
		return 0.8
	}
	longest := max(len(a), len(b))
	if longest < 3 {
		return 0
	}
	edits := spelling.Distance(a, b)
	if len(a) == len(b) && letters(a) == letters(b) {
		edits-- // two that changed places are one mistake
	}
	return 1 - float64(edits)/float64(longest)
}

// letters are those of a word in the order of the alphabet.
func letters(word string) string {
	sorted := []byte(word)
	slices.Sort(sorted)
	return string(sorted)
}

// filler are words that tell one step from another as good as never.
var filler = map[string]bool{
	"the": true, "a": true, "an": true, "of": true, "is": true, "to": true, "are": true, "be": true, "its": true,
	"and": true, "that": true, "for": true, "should": true, "must": true, "has": true, "have": true, "was": true,
	"this": true, "it": true, "in": true, "with": true, "by": true, "at": true, "on": true, "i": true, "we": true,
}

// synonyms are words that people use for those of the vocabulary, by their stems.
var synonyms = map[string]string{}

func init() {
	for _, same := range [][]string{
		{"answer", "response", "reply", "result", "respond", "body"},
		{"call", "request", "get", "fetch", "send", "invoke", "post"},
		{"refus", "reject", "deny", "denied", "block", "fail"},
		{"accept", "allow", "succeed", "work", "grant"},
		{"save", "store", "remember", "keep", "extract"},
		{"status", "code", "statu"},
		{"header", "field"},
		{"api", "endpoint", "server", "service"},
		{"contain", "hold", "include"},
		{"equal", "match"},
		{"wait", "paus", "sleep"},
		{"require", "ask", "demand", "need", "want"},
		{"protect", "secur", "guard"},
		{"hand", "give", "return", "provide"},
		{"unique", "random"},
		{"miss", "absent", "exist"},
		{"until", "till"},
	} {
		for _, word := range same {
			synonyms[stem(word)] = same[0]
		}
	}
}

// stem is a word without the ending that its number or tense gives it.
func stem(word string) string {
	for _, ending := range []string{"ing", "ies", "ed", "es", "s", "e", "y"} {
		if short, found := strings.CutSuffix(word, ending); found && len(short) >= 3 {
			return short
		}
	}
	return word
}

// The tokens of values: whatever is written there is the author's.
const (
	quotedValue = `"…"`
	otherValue  = "#"
)

func isValue(word string) bool { return word == quotedValue || word == otherValue }

var (
	quoted = regexp.MustCompile(`"[^"]*"|“[^”]*”|'[^' ][^']*'`)
	// Below these no step has a word: HTTP methods, paths, numbers, {values}.
	written = regexp.MustCompile(`^(GET|PUT|POST|PATCH|DELETE|HEAD|OPTIONS|/.*|\d.*|\w+\.\S+|\{.*\}|<.*>|https?:.*|#)$`)
	leading = regexp.MustCompile(`(?i)^\s*(given|when|then|and|but|\*)\s+`)
)

// tokensOf are the words of a step in lower case, each value as one token.
func tokensOf(text string) []string {
	text = leading.ReplaceAllString(text, "")
	text = quoted.ReplaceAllString(text, " "+quotedValue+" ")
	var tokens []string
	for _, word := range strings.Fields(text) {
		word = strings.TrimFunc(word, func(r rune) bool { return strings.ContainsRune(`'.,:;!?()`, r) })
		switch {
		case word == "":
		case word == quotedValue:
			tokens = append(tokens, word)
		case written.MatchString(word):
			tokens = append(tokens, otherValue)
		default:
			tokens = append(tokens, strings.FieldsFunc(strings.ToLower(word), func(r rune) bool {
				return !unicode.IsLetter(r) && !unicode.IsDigit(r)
			})...)
		}
	}
	return tokens
}

var (
	innerGroup  = regexp.MustCompile(`\((?:\?:|\?P?<\w+>)?([^()]*)\)\??`)
	patternSign = regexp.MustCompile(`\\.|\[[^\]]*\][+*?]?|[\^$+*?|]`)
)

// shapes takes a pattern apart: a shape for each form of each of its words, or one if
// it names none. What stands in optional groups and alternatives is held sometimes.
func (v *Vocabulary) shapes(d *Definition) []shape {
	pattern := strings.NewReplacer(`"([^"]*)"`, ` "x" `, `"([^"]+)"`, ` "x" `, `(\d+)`, " 1 ").
		Replace(strings.Trim(d.Written, "^$"))
	example, _, _ := strings.Cut(d.Example, "\n") // without what stands below it
	names := named.FindAllStringSubmatch(pattern, -1)
	shown := map[string]string{} // the form of each word that the example has
	for _, name := range names {
		word, _ := v.word(name[2])
		for _, form := range word.Forms {
			if strings.Contains(example, form) && len(form) > len(shown[word.Name]) {
				shown[word.Name] = form
			}
		}
	}
	if len(names) == 0 {
		return []shape{shaped(pattern, example)}
	}
	var list []shape
	for _, varied := range names {
		word, _ := v.word(varied[2])
		for _, form := range word.Forms {
			text := pattern
			for _, name := range names {
				put := shown[name[2]]
				if name[2] == varied[2] {
					put = form
				}
				text = strings.ReplaceAll(text, "{"+name[2]+"}", put)
			}
			as := example
			if had := shown[word.Name]; had != "" {
				as = strings.Replace(example, had, form, 1)
			}
			if _, step, _ := strings.Cut(as, " "); !d.Pattern.MatchString(step) {
				as = example
			}
			list = append(list, shaped(text, as))
		}
	}
	return list
}

func shaped(pattern, example string) shape {
	s := shape{example: example}
	for {
		at := innerGroup.FindStringSubmatchIndex(pattern)
		if at == nil {
			break
		}
		inner := patternSign.ReplaceAllString(pattern[at[2]:at[3]], " ")
		s.sometimes = append(s.sometimes, tokensOf(inner)...)
		pattern = pattern[:at[0]] + " " + pattern[at[1]:]
	}
	s.always = tokensOf(patternSign.ReplaceAllString(pattern, " "))
	return s
}
