package forge

import (
	"bytes"
	"strings"
	"unicode/utf16"

	"github.com/dpopspec/dpopspec/dpop"
)

// objectDefects are headers and payloads that are no JSON objects in UTF-8
// (RFC 9449 §4.3, check 2; RFC 7519 §7.2), and odd ones that are.
func objectDefects() []Defect {
	rows := textDefects("header",
		func(f *Forgery) []byte { return f.Write(f.Draft.Header) },
		func(f *Forgery, text []byte) { f.Header = text })
	rows = append(rows, textDefects("payload",
		func(f *Forgery) []byte { return f.Write(f.Draft.Claims) },
		func(f *Forgery, text []byte) { f.Payload = text })...)
	return append(rows,
		fine("header", "beside unknown parameters", "unknown parameters are ignored (RFC 7515 §4)",
			editHeader(func(o *dpop.Object) { unknownMembers(o); o.Add("tx_id", "ignored") })),
		fine("header", "in reverse order", "the order of members means nothing", editHeader(reverse)),
		fine("header", "written with escapes", "every value that is a string is written with \\u escapes",
			editHeader(escapeValues)),
		fine("header", "named with escapes", "every name is written with \\u escapes", func(f *Forgery) error {
			f.Header = escapeNames(f.Draft.Header)
			return nil
		}),
		fine("header", "spaced over lines", "the signature covers the text as it is (RFC 7515 §5.2)",
			func(f *Forgery) error {
				f.Header = f.Draft.Header.SpacedJSON()
				return nil
			}),
		fine("header", "surrounded by white space", "white space around an object is JSON (RFC 8259 §2)",
			func(f *Forgery) error {
				f.Header = []byte(" \r\n\t" + string(f.Write(f.Draft.Header)) + "\n ")
				return nil
			}),
	)
}

// textDefects change the text of one of the two objects.
func textDefects(part string, text func(*Forgery) []byte, set func(*Forgery, []byte)) []Defect {
	row := func(value, says string, edit func(object []byte) []byte, refused ...string) Defect {
		return bad(part, value, says, func(f *Forgery) error { set(f, edit(text(f))); return nil }, refused...)
	}
	always := func(literal string) func([]byte) []byte { return func([]byte) []byte { return []byte(literal) } }
	rows := []Defect{
		row("an array", "an array that holds the object",
			func(o []byte) []byte { return []byte("[" + string(o) + "]") }, "objects"),
		row("an empty array", "no object", always("[]"), "objects"),
		row("a string", "no object", always(`"text"`), "objects"),
		row("a number", "no object", always("1"), "objects"),
		row("true", "no object", always("true"), "objects"),
		row("null", "no object", always("null"), "objects"),
		row("not JSON", "no object", always("typ: dpop+jwt"), "objects"),
		row("white space", "no object", always(" "), "objects"),
		row("cut short", "the closing brace is missing", func(o []byte) []byte { return o[:len(o)-1] }, "objects"),
		row("followed by another object", "one text, one object",
			func(o []byte) []byte { return append(o, "{}"...) }, "objects"),
		row("followed by a NUL", "a NUL is no white space", func(o []byte) []byte { return append(o, 0) }, "objects"),
		row("with a comma at its end", "no JSON",
			func(o []byte) []byte { return append(o[:len(o)-1], ",}"...) }, "objects"),
		row("with a comment", "no JSON", func(o []byte) []byte { return append([]byte("/**/"), o...) }, "objects"),
		row("in single quotes", "no JSON",
			func(o []byte) []byte { return bytes.ReplaceAll(o, []byte(`"`), []byte(`'`)) }, "objects"),
		row("with a byte order mark", "JSON has none (RFC 8259 §8.1)",
			func(o []byte) []byte { return append([]byte("\ufeff"), o...) }, "objects"),
		row("in UTF-16", "JSON is UTF-8", utf16BE, "objects"),
		row("with invalid UTF-8", "an octet that never occurs in UTF-8", func(o []byte) []byte {
			return append(o[:len(o)-1], ",\"x\":\"\xff\"}"...)
		}, "objects"),
		row("with an unpaired surrogate in UTF-8", "three octets that encode no character", func(o []byte) []byte {
			return append(o[:len(o)-1], ",\"x\":\"\xed\xa0\x80\"}"...)
		}, "objects"),
		row("nested a thousand levels deep", "an unknown member nests", func(o []byte) []byte {
			return append(o[:len(o)-1], `,"x":`+strings.Repeat("[", 1000)+strings.Repeat("]", 1000)+"}"...)
		}, "objects"),
		row("nested a thousand objects deep", "an unknown member nests", func(o []byte) []byte {
			return append(o[:len(o)-1], `,"x":`+strings.Repeat(`{"a":`, 1000)+"1"+strings.Repeat("}", 1000)+"}"...)
		}, "objects"),
		row("of a hundred thousand brackets", "brackets that are never closed", func([]byte) []byte {
			return bytes.Repeat([]byte("["), 100000)
		}, "objects", "size"),
	}
	return rows
}

func utf16BE(text []byte) []byte {
	var b []byte
	for _, unit := range utf16.Encode([]rune(string(text))) {
		b = append(b, byte(unit>>8), byte(unit))
	}
	return b
}
