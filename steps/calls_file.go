package steps

import (
	"fmt"
	"mime"
	"path"
)

// files is how a scenario reads files beside its feature file.
type files struct {
	read func(name string) ([]byte, error)
}

// ReadFiles tells where the files lie that a scenario names: read returns one
// by its path relative to the feature file.
func (w *World) ReadFiles(read func(name string) ([]byte, error)) { of[files](w).read = read }

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.ForOwnAPIs()
		v.Given(`^the next call has the body of the file "([^"]+)"$`, (*World).nextHasFile,
			"Gives the next call a body from a file beside the feature file. Values are put into JSON; any other file is sent as it is.",
			`Given the next call has the body of the file "order.json"`)
	})
}

func (w *World) readFile(name string) ([]byte, error) {
	name, err := w.Interpolate(name)
	if err != nil {
		return nil, err
	}
	read := of[files](w).read
	if read == nil {
		return nil, fmt.Errorf("the file %s cannot be read: there is no feature file that it could lie beside", name)
	}
	return read(name)
}

func (w *World) nextHasFile(name string) error {
	body, err := w.readFile(name)
	if err != nil {
		return err
	}
	next := &of[calling](w).next
	next.Type = mime.TypeByExtension(path.Ext(name))
	switch {
	case path.Ext(name) == ".json":
		text, err := w.interpolateJSON(string(body))
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
