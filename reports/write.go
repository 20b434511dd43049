package reports

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/dpopspec/dpopspec/internal/places"
	"github.com/dpopspec/dpopspec/internal/visible"
)

// Output is one report asked for: a format, and the file it goes to. "-" is
// standard output.
type Output struct{ Format, Path string }

// format is how a format is written.
type format struct {
	write func(io.Writer, Redacted) error
	path  string // where it goes if no file is named; empty: a file must be named
	// commanding: its lines are commands to the system that runs the build. No other
	// format has one, whatever strangers said and wherever its lines were broken.
	commanding bool
}

// to writes a report in the format.
func (f format) to(w io.Writer, redacted Redacted) error {
	if f.commanding {
		return f.write(w, redacted)
	}
	page := visible.NewPageWriter(w)
	if err := f.write(page, redacted); err != nil {
		return err
	}
	return page.Flush()
}

// pretty is what the progress of a run already writes to the terminal: without a
// file it is not written again.
const pretty = "pretty"

func formats() map[string]format {
	return map[string]format{
		pretty: {
			write: func(w io.Writer, r Redacted) error { return WriteTerminal(w, r, Terminal{}) }, path: "-",
		},
		"annotations": {write: WriteAnnotations, path: "-", commanding: true},
		"html":        {write: WriteHTML},
		"json":        {write: WriteJSON},
		"junit":       {write: WriteJUnit},
		"sarif":       {write: WriteSARIF},
		"markdown":    {write: WriteMarkdown},
	}
}

// FormatNames are the formats that ParseFormats knows, in order.
func FormatNames() []string {
	var names []string
	for name := range formats() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// ParseFormats reads which reports are wanted: formats with their files, separated by
// commas, such as pretty,junit:reports/out/junit.xml. Empty means pretty.
func ParseFormats(value string) ([]Output, error) {
	if strings.TrimSpace(value) == "" {
		return []Output{{pretty, "-"}}, nil
	}
	var outputs []Output
	taken := map[string]string{}
	for _, item := range strings.Split(value, ",") {
		o, err := parseFormat(strings.TrimSpace(item))
		if err != nil {
			return nil, err
		}
		if o.Path != "-" {
			place := places.Of(o.Path)
			if other, ok := taken[place]; ok {
				return nil, fmt.Errorf("%s and %s both go to %s; "+
					"give each a file of its own", other, o.Format, o.Path)
			}
			taken[place] = o.Format
		}
		outputs = append(outputs, o)
	}
	return outputs, oneDocument(outputs)
}

func parseFormat(item string) (Output, error) {
	name, path, _ := strings.Cut(item, ":")
	f, ok := formats()[name]
	if !ok {
		return Output{}, unknownFormat(name)
	}
	if path == "" {
		path = f.path
	}
	if path == "" {
		return Output{}, fmt.Errorf("%s needs a file, as in %s:reports/out/%s; %s:- is standard output",
			name, name, fileName(name), name)
	}
	return Output{name, path}, nil
}

func unknownFormat(name string) error {
	return fmt.Errorf("unknown format %q; known are %s", name, strings.Join(FormatNames(), ", "))
}

func fileName(format string) string {
	names := map[string]string{
		"junit": "junit.xml", "html": "report.html", "markdown": "summary.md", "sarif": "dpopspec.sarif",
	}
	if name, ok := names[format]; ok {
		return name
	}
	return "run." + format
}

// Write writes every output and returns those that have been written. The standard output
// must be one that nothing shields: annotations are commands. One that cannot be written
// does not stop the others; the error names each. A file appears whole or not at all, in
// folders that are made if need be.
func Write(outputs []Output, redacted Redacted, stdout io.Writer) (written []Output, err error) {
	errs := make([]error, len(outputs))
	var files sync.WaitGroup
	for i, o := range outputs {
		f, ok := formats()[o.Format]
		switch {
		case !ok:
			errs[i] = unknownFormat(o.Format)
		case o.Path == "-" && o.Format == pretty:
		case o.Path == "-":
			errs[i] = wrapError(o, f.to(stdout, redacted))
		default:
			files.Go(func() { errs[i] = wrapError(o, writeFile(o.Path, redacted, f.to)) })
		}
	}
	files.Wait()
	for i, o := range outputs {
		if errs[i] == nil {
			written = append(written, o)
		}
	}
	return written, errors.Join(errs...)
}

func wrapError(o Output, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("writing the %s report to %s: %w", o.Format, o.Path, err)
}
