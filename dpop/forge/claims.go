package forge

import (
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// claimDefects are about jti and about what else may stand among the claims
// (RFC 9449 §4.2; §4.3, checks 2 and 3).
func claimDefects() []Defect {
	rows := memberDefects("jti")
	rows = append(rows,
		moot("jti", "1 KiB long", "a server may bound what it must remember",
			setID(func(id string) string { return filled(id, 1<<10) }), "jti"),
		moot("jti", "64 KiB long", "a server may bound what it must remember",
			setID(func(id string) string { return filled(id, 64<<10) }), "jti", "size"),
		fine("jti", "of eight characters", "enough to be unique for as long as a proof lives",
			setID(func(id string) string { return id[:8] })),
		fine("jti", "a UUID", "as RFC 9449 §4.2 suggests", setID(uuid)),
		fine("jti", "a UUID in upper case and braces", "a string like any other",
			setID(func(id string) string { return "{" + strings.ToUpper(uuid(id)) + "}" })),
		fine("jti", "a URN", "a string like any other", setID(func(id string) string { return "urn:uuid:" + uuid(id) })),
		fine("jti", "of base64 with padding", "a string like any other",
			setID(func(id string) string { return id + "+/==" })),
		fine("jti", "with spaces and marks", "every printable character but two that JSON escapes",
			setID(func(id string) string { return id + " !#$%&'()*,:;<=>?@[]^`{|}~" })),
		fine("jti", "of 128 characters", "as long as two hashes in hexadecimal",
			setID(func(id string) string { return filled(id, 128) })),
		fine("claims", "beside unknown ones", "strings, numbers, arrays and objects that nobody knows",
			editClaims(unknownMembers)),
		fine("claims", "beside iss, sub and aud", "claims that other JWTs have", editClaims(func(o *dpop.Object) {
			o.Add("iss", "https://client.example")
			o.Add("sub", "client")
			o.Add("aud", []string{"https://server.example", "another"})
		})),
		fine("claims", "beside those of CAMARA", "hashes of body and query, as CAMARA's profile offers them",
			editClaims(func(o *dpop.Object) {
				o.Add("x-camara:bh", "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU")
				o.Add("x-camara:qh", "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU")
			})),
		fine("claims", "in reverse order", "the order of members means nothing", editClaims(reverse)),
		fine("claims", "written with escapes", "every value that is a string is written with \\u escapes",
			editClaims(escapeValues)),
		fine("claims", "named with escapes", "every name is written with a \\u escape", func(f *Forgery) error {
			f.Payload = escapeNames(f.Draft.Claims)
			return nil
		}),
		fine("claims", "spaced over lines", "white space between the members", func(f *Forgery) error {
			f.Payload = f.Draft.Claims.SpacedJSON()
			return nil
		}),
	)
	for _, attack := range injections {
		rows = append(rows, moot("jti", attack.name, unharmed,
			setID(func(id string) string { return id + attack.text })))
	}
	return rows
}

// setID gives each proof a jti of its own, made of a new one: a server with a memory
// refuses the second proof of one jti for that alone.
func setID(made func(id string) string) func(*Forgery) error {
	return func(f *Forgery) error {
		f.Draft.Claims.Set("jti", made(dpop.NewID()))
		return nil
	}
}

// uuid makes a random UUID (RFC 9562 §5.4) of a new ID.
func uuid(id string) string {
	octets, _ := dpop.DecodeSegment(id) // we have encoded it
	octets[6], octets[8] = octets[6]&0x0f|0x40, octets[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", octets[:4], octets[4:6], octets[6:8], octets[8:10], octets[10:16])
}

func filled(id string, length int) string { return id + strings.Repeat("a", length-len(id)) }
