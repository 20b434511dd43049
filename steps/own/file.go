package own

import (
	"fmt"
	"mime"
	"path"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

// ReadFiles tells where the files lie that a scenario names: read returns one
// by its path relative to the feature file.
func (w *Caller) ReadFiles(read func(name string) ([]byte, error)) { w.files.read = read }

func fileSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Caller](v).ForOwnAPIs().ReadingFile(unfitBody)
	g.Given(`^the next call has the body of the file "(?P<file>[^"]+)"$`, (*Caller).nextHasFile,
		"Gives the next call a body from a file beside the feature file. Values are put into JSON; any other file is sent as it is.",
		`Given the next call has the body of the file "order.json"`)
}

func (w *Caller) readFile(name string) ([]byte, error) {
	name, err := w.Interpolate(name)
	if err != nil {
		return nil, err
	}
	read := w.files.read
	if read == nil {
		return nil, fmt.Errorf("the file %s cannot be read: there is no feature file that it could lie beside", name)
	}
	return read(name)
}

// unfitBody is what is wrong with a file that is to be a body.
func unfitBody(name string, read func(string) ([]byte, error)) error {
	text, err := read(name)
	if err != nil || path.Ext(name) != ".json" {
		return err
	}
	if _, err := jsonschema.UnmarshalJSON(strings.NewReader(world.Plausible(string(text)))); err != nil {
		return fmt.Errorf("%s is no JSON: %w", name, err)
	}
	return nil
}

func (w *Caller) nextHasFile(name string) error {
	body, err := w.readFile(name)
	if err != nil {
		return err
	}
	next := &w.calling.next
	next.Type = mime.TypeByExtension(path.Ext(name))
	switch {
	case path.Ext(name) == ".json":
		text, err := w.InterpolateJSON(string(body))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		next.Body, next.Type = []byte(text), "application/json"
		return nil
	case next.Type == "":
		next.Type = "application/octet-stream"
	}
	next.Body = body
	return nil
}
