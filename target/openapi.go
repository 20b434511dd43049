package target

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/dpopspec/dpopspec/internal/plaintext"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// Operations reads the operations that take a token from the OpenAPI document
// of an API (3.0 or 3.1). Those whose security is empty are public and left
// out. Parameters and bodies are filled with the examples of the document; a
// path parameter without one stays as {name}, for a scenario to fill.
func (a RealAPI) Operations() ([]Operation, error) {
	if a.OpenAPI == "" {
		return nil, fmt.Errorf("the API %s has no OpenAPI document; "+
			"set apis.%s.openapi in the configuration", a.Name, a.Name)
	}
	document, err := loadOpenAPI(a.OpenAPI)
	if err != nil {
		return nil, fmt.Errorf("the OpenAPI document %s of the API %s: %w", a.OpenAPI, a.Name, err)
	}
	prefix := basePath(document, a.URL)
	var list []Operation
	for _, path := range sortedKeys(document.Paths.Map()) {
		item := document.Paths.Value(path)
		for _, method := range sortedKeys(item.Operations()) {
			operation := item.Operations()[method]
			if !public(document, operation) {
				list = append(list, describe(method, prefix+path, item, operation))
			}
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("the OpenAPI document %s has no operation that takes a token", a.OpenAPI)
	}
	return list, nil
}

// loadOpenAPI reads a document with what it refers to in other files. Nothing
// is fetched from the network.
func loadOpenAPI(file string) (*openapi3.T, error) {
	loader := openapi3.NewLoader()
	loader.IsExternalRefsAllowed = true
	loader.ReadFromURIFunc = func(_ *openapi3.Loader, location *url.URL) ([]byte, error) {
		if location.Scheme != "" && location.Scheme != "file" {
			return nil, fmt.Errorf("it refers to %s; only files are read", location)
		}
		return plaintext.ReadFile(location.Path)
	}
	document, err := loader.LoadFromFile(file)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(document.OpenAPI, "3.") || document.Paths == nil {
		return nil, fmt.Errorf("%s is no OpenAPI 3 document with paths", file)
	}
	return document, nil
}

// basePath is the path of the document's first server, unless the URL of the
// API holds it already.
func basePath(document *openapi3.T, apiURL string) string {
	path, err := document.Servers.BasePath()
	path = strings.TrimSuffix(path, "/")
	if err != nil || strings.HasSuffix(apiURL, path) {
		return ""
	}
	return path
}

// public reports whether an operation needs no credentials: its own security
// counts before that of the document (OpenAPI 3.1 §4.8.10).
func public(document *openapi3.T, o *openapi3.Operation) bool {
	if o.Security != nil {
		return len(*o.Security) == 0
	}
	return document.Security != nil && len(document.Security) == 0
}

func describe(method, path string, item *openapi3.PathItem, operation *openapi3.Operation) Operation {
	o := Operation{Method: method}
	query := url.Values{}
	// The operation's own come last and win.
	parameters := append(slices.Clone(item.Parameters), operation.Parameters...)
	for _, ref := range parameters {
		p := ref.Value
		example, found := exampleOf(p.Example, p.Examples, p.Schema)
		if !found || !p.Required {
			continue
		}
		switch p.In {
		case openapi3.ParameterInPath:
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(asText(example)))
		case openapi3.ParameterInQuery:
			query.Set(p.Name, asText(example))
		case openapi3.ParameterInHeader:
			o.Fields = append(o.Fields, wire.Field{Name: p.Name, Value: asText(example)})
		}
	}
	o.Path = path
	if len(query) > 0 {
		o.Path += "?" + query.Encode()
	}
	if operation.RequestBody != nil {
		o.body(operation.RequestBody.Value)
	}
	return o
}

// body takes the example of the first media type that has one, JSON first.
func (o *Operation) body(body *openapi3.RequestBody) {
	kinds := sortedKeys(body.Content)
	slices.SortStableFunc(kinds, func(a, b string) int { return strings.Index(b, "json") - strings.Index(a, "json") })
	for _, kind := range kinds {
		media := body.Content[kind]
		example, found := exampleOf(media.Example, media.Examples, media.Schema)
		if !found {
			continue
		}
		o.Body = []byte(asText(example))
		if strings.Contains(kind, "json") {
			o.Body, _ = json.Marshal(example) // it was read from JSON or YAML: it can be written
		}
		o.Fields = append(o.Fields, wire.Field{Name: "Content-Type", Value: kind})
		return
	}
}

// exampleOf finds an example: the given one, the first by name of the given
// ones, or one of the schema.
func exampleOf(example any, examples openapi3.Examples, schema *openapi3.SchemaRef) (any, bool) {
	if example != nil {
		return example, true
	}
	for _, name := range sortedKeys(examples) {
		if e := examples[name].Value; e != nil && e.Value != nil {
			return e.Value, true
		}
	}
	if schema == nil || schema.Value == nil {
		return nil, false
	}
	s := schema.Value
	for _, candidates := range [][]any{{s.Example}, s.Examples, {s.Const}, {s.Default}, s.Enum} {
		if len(candidates) > 0 && candidates[0] != nil {
			return candidates[0], true
		}
	}
	return nil, false
}

func asText(example any) string {
	if text, ok := example.(string); ok {
		return text
	}
	text, err := json.Marshal(example)
	if err != nil {
		return fmt.Sprint(example)
	}
	return string(text)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
