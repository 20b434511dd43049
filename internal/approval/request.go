package approval

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// Device is what a device shows to the person who is to approve it (RFC 8628 §3.2).
// All of it is the server's.
type Device struct {
	UserCode        string
	VerificationURI string
	Complete        string // verification_uri_complete; may be empty
}

// Address is where the person goes: the page that knows the code already, if there is
// one.
func (d Device) Address() string {
	if d.Complete != "" {
		return d.Complete
	}
	return d.VerificationURI
}

// fill puts what the device shows in the places that are kept for it.
func (d Device) fill(text string, escape func(string) string) string {
	return strings.NewReplacer(
		"{user_code}", escape(d.UserCode), "{verification_uri}", escape(d.VerificationURI),
		"{verification_uri_complete}", escape(d.Complete),
	).Replace(text)
}

// Request approves a device. In all of its texts {user_code}, {verification_uri} and
// {verification_uri_complete} stand for what the device shows.
type Request struct {
	Method string
	URL    string // or a path below the origin of the issuer
	Fields wire.Fields
	Form   url.Values // sent as application/x-www-form-urlencoded; nil: none
	JSON   any        // sent as application/json; nil: none
}

// For makes the request for a device of the server at an origin.
func (r Request) For(d Device, origin string) (wire.Request, error) {
	asIs := func(text string) string { return text }
	address := d.fill(r.URL, url.QueryEscape)
	if strings.HasPrefix(address, "/") {
		address = origin + address
	}
	made := wire.Request{Method: r.Method, URL: address}
	for _, field := range r.Fields {
		made.Fields = append(made.Fields, wire.Field{Name: field.Name, Value: d.fill(field.Value, url.QueryEscape)})
	}
	switch {
	case r.Form != nil:
		form := url.Values{}
		for name, values := range r.Form {
			for _, value := range values {
				form.Add(name, d.fill(value, asIs))
			}
		}
		made.Body = []byte(form.Encode())
		made.Fields = append(made.Fields, wire.Field{Name: "Content-Type", Value: "application/x-www-form-urlencoded"})
	case r.JSON != nil:
		body, err := json.Marshal(filled(r.JSON, func(text string) string { return d.fill(text, asIs) }))
		if err != nil {
			return made, err
		}
		made.Body = body
		made.Fields = append(made.Fields, wire.Field{Name: "Content-Type", Value: "application/json"})
	}
	return made, nil
}

// filled is a value of JSON with each of its texts filled.
func filled(value any, fill func(string) string) any {
	switch value := value.(type) {
	case string:
		return fill(value)
	case []any:
		list := make([]any, len(value))
		for i, each := range value {
			list[i] = filled(each, fill)
		}
		return list
	case map[string]any:
		members := make(map[string]any, len(value))
		for name, each := range value {
			members[name] = filled(each, fill)
		}
		return members
	}
	return value
}
