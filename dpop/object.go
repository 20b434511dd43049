package dpop

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

// maxDepth bounds the nesting of a received JSON document. A proof has two
// levels; anything deeper than this only serves to exhaust a parser.
const maxDepth = 32

// Member is one name/value pair of a JSON object. Value holds the bytes as
// they stand in the document, so that nothing is lost by decoding.
type Member struct {
	Name  string
	Value json.RawMessage
}

// Object is a JSON object that keeps the order of its members and, when it
// was drafted rather than parsed, may hold duplicates.
type Object []Member

// ParseObject reads data as one JSON object (RFC 8259): UTF-8 without byte
// order mark, no duplicate names (RFC 7515 §4, RFC 7519 §4), at most 32 levels.
// Names are compared after their escapes are undone and with their letter case.
func ParseObject(data []byte) (Object, error) {
	object, err := ParseMembers(data)
	if err != nil {
		return nil, err
	}
	if name, twice := object.duplicate(); twice {
		return nil, fmt.Errorf("the member %q occurs twice", name)
	}
	return object, nil
}

// fewMembers is up to how many comparing all pairs is cheaper than a set.
const fewMembers = 16

// duplicate returns a name that occurs twice. It takes time in proportion to
// the number of members, however many a stranger sends.
func (o Object) duplicate() (string, bool) {
	if len(o) > fewMembers {
		seen := make(map[string]bool, len(o))
		for _, m := range o {
			if seen[m.Name] {
				return m.Name, true
			}
			seen[m.Name] = true
		}
		return "", false
	}
	for i, m := range o {
		if o[:i].Has(m.Name) {
			return m.Name, true
		}
	}
	return "", false
}

// ParseMembers is ParseObject without the check for duplicate names.
func ParseMembers(data []byte) (Object, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("not UTF-8")
	}
	if tooDeep(data) {
		return nil, fmt.Errorf("nested deeper than %d levels", maxDepth)
	}
	if !gjson.ValidBytes(data) { // judges as encoding/json does, in a third of the time
		return nil, errors.New("not JSON")
	}
	return membersOf(data)
}

// membersOf splits a valid JSON text into the members of its object.
func membersOf(data []byte) (Object, error) {
	at := skipSpace(data, 0)
	if data[at] != '{' {
		return nil, errors.New("not a JSON object")
	}
	object := make(Object, 0, 8)
	for {
		at = skipSpace(data, at+1) // behind the brace or a comma
		if data[at] == '}' {
			return object, nil
		}
		end := valueEnd(data, at)
		name, err := unquote(data[at:end])
		if err != nil {
			return nil, err
		}
		at = skipSpace(data, skipSpace(data, end)+1) // behind the colon
		end = valueEnd(data, at)
		object = append(object, Member{Name: name, Value: data[at:end:end]})
		if at = skipSpace(data, end); data[at] == '}' {
			return object, nil
		}
	}
}

func skipSpace(data []byte, at int) int {
	for data[at] == ' ' || data[at] == '\t' || data[at] == '\n' || data[at] == '\r' {
		at++
	}
	return at
}

// valueEnd returns where the value that begins at a place of a valid JSON text ends.
func valueEnd(data []byte, at int) int {
	level := 0
	for ; at < len(data); at++ {
		switch data[at] {
		case '"':
			for at++; data[at] != '"'; at++ {
				if data[at] == '\\' {
					at++
				}
			}
			if level == 0 {
				return at + 1
			}
		case '{', '[':
			level++
		case '}', ']':
			if level--; level == 0 {
				return at + 1
			}
			if level < 0 {
				return at
			}
		case ',', ' ', '\t', '\n', '\r':
			if level == 0 {
				return at
			}
		}
	}
	return at
}

// unquote returns the text of a JSON string, its escapes undone.
func unquote(quoted []byte) (string, error) {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted[1 : len(quoted)-1]), nil
	}
	var text string
	err := json.Unmarshal(quoted, &text)
	return text, err
}

// tooDeep reports whether brackets outside strings are nested deeper than
// maxDepth. Few have so many at all.
func tooDeep(data []byte) bool {
	if bytes.Count(data, []byte("{"))+bytes.Count(data, []byte("[")) <= maxDepth {
		return false
	}
	level, inString := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			if level++; level > maxDepth {
				return true
			}
		case c == '}' || c == ']':
			level--
		}
	}
	return false
}

// Get returns the value of the first member with exactly that name.
func (o Object) Get(name string) (json.RawMessage, bool) {
	for _, m := range o {
		if m.Name == name {
			return m.Value, true
		}
	}
	return nil, false
}

// Has reports whether a member with exactly that name exists.
func (o Object) Has(name string) bool {
	_, found := o.Get(name)
	return found
}

// Text returns the member as a string. Absent, null and values of another
// type are errors that name the member.
func (o Object) Text(name string) (string, error) {
	value, found := o.Get(name)
	if !found {
		return "", fmt.Errorf("%s is missing", name)
	}
	if len(value) == 0 || value[0] != '"' {
		return "", fmt.Errorf("%s is not a string", name)
	}
	text, err := unquote(value)
	if err != nil {
		return "", fmt.Errorf("%s is not a string: %w", name, err)
	}
	return text, nil
}

// Octets reads a member that is strict base64url text, as a JWK has them (RFC
// 7518 §6.2.1.2). What Text refuses, and another spelling, are errors that name
// the member.
func (o Object) Octets(name string) ([]byte, error) {
	text, err := o.Text(name)
	if err != nil {
		return nil, err
	}
	data, err := DecodeSegment(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return data, nil
}

// Set gives the member a new value in its place, or appends it.
func (o *Object) Set(name string, value any) {
	raw := rawJSON(value)
	for i := range *o {
		if (*o)[i].Name == name {
			(*o)[i].Value = raw
			return
		}
	}
	*o = append(*o, Member{name, raw})
}

// Add appends a member even if one of that name exists already.
func (o *Object) Add(name string, value any) {
	if *o == nil {
		*o = make(Object, 0, 8) // as many as a proof or a token needs
	}
	*o = append(*o, Member{name, rawJSON(value)})
}

// Prepend puts a member first even if one of that name exists already.
func (o *Object) Prepend(name string, value any) {
	*o = append(Object{{name, rawJSON(value)}}, *o...)
}

// Delete removes every member of that name.
func (o *Object) Delete(name string) {
	kept := (*o)[:0:0]
	for _, m := range *o {
		if m.Name != name {
			kept = append(kept, m)
		}
	}
	*o = kept
}

// Rename gives every member of that name another one.
func (o *Object) Rename(from, to string) {
	for i := range *o {
		if (*o)[i].Name == from {
			(*o)[i].Name = to
		}
	}
}

// Clone returns a copy whose members can be changed independently.
func (o Object) Clone() Object {
	return append(Object(nil), o...)
}

// JSON writes the object compactly, in the order of its members.
func (o Object) JSON() []byte { return o.join("{", ",", ":", "}") }

// SpacedJSON writes the object over several lines with spaces around every
// colon and comma: other bytes, the same object.
func (o Object) SpacedJSON() []byte { return o.join("{\r\n ", " ,\n\t", " : ", "\n}") }

func (o Object) join(start, comma, colon, end string) []byte {
	size := len(start) + len(end)
	for _, m := range o {
		size += len(m.Name) + 2 + len(colon) + len(m.Value) + len(comma)
	}
	text := append(make([]byte, 0, size), start...)
	for i, m := range o {
		if i > 0 {
			text = append(text, comma...)
		}
		if plainText(m.Name) {
			text = append(append(append(text, '"'), m.Name...), '"')
		} else {
			text = append(text, rawJSON(m.Name)...)
		}
		text = append(append(text, colon...), m.Value...)
	}
	return append(text, end...)
}

// MarshalJSON lets an Object stand inside other values.
func (o Object) MarshalJSON() ([]byte, error) { return o.JSON(), nil }

// rawJSON encodes a value without escaping <, > and &. A json.RawMessage is
// taken as it is, be it well formed or not: a forged proof may need both.
func rawJSON(value any) json.RawMessage {
	switch v := value.(type) {
	case json.RawMessage:
		return v
	case Object:
		return v.JSON()
	case int64:
		return strconv.AppendInt(nil, v, 10)
	case string:
		if plainText(v) {
			return appendQuoted(make(json.RawMessage, 0, len(v)+2), v)
		}
	case []string:
		return rawList(v)
	case bool:
		return strconv.AppendBool(nil, v)
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(fmt.Sprintf("dpop: a drafted value cannot be written as JSON: %v", err))
	}
	return json.RawMessage(strings.TrimSuffix(b.String(), "\n"))
}

func rawList(texts []string) json.RawMessage {
	if texts == nil {
		return json.RawMessage("null")
	}
	list := append(make(json.RawMessage, 0, 16*len(texts)+2), '[')
	for i, text := range texts {
		if i > 0 {
			list = append(list, ',')
		}
		if plainText(text) {
			list = appendQuoted(list, text)
		} else {
			list = append(list, rawJSON(text)...)
		}
	}
	return append(list, ']')
}

func appendQuoted(to json.RawMessage, plain string) json.RawMessage {
	return append(append(append(to, '"'), plain...), '"')
}

// plainText reports whether a string can stand between quotes as it is.
func plainText(text string) bool {
	for i := 0; i < len(text); i++ {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
