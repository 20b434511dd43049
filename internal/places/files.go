package places

import (
	"fmt"
	"os"
	"slices"
)

// Files are those that a command reads and writes. The zero value has none.
type Files struct {
	written []file
	read    []file
}

// file is a file with what names it.
type file struct {
	by    string // the flag, or what else names it: "--har", "a feature file"
	place string
	info  os.FileInfo // nil: it is not there yet
}

func fileOf(by, path string) file {
	f := file{by: by, place: Of(path)}
	f.info, _ = os.Stat(path)
	return f
}

// same reports whether both are one file, however it is spelled or linked.
func (f file) same(other file) bool {
	return f.place == other.place || f.info != nil && other.info != nil && os.SameFile(f.info, other.info)
}

// Reads notes a file that is read; by is what names it, as an error tells: "-c" or "the
// arguments". An empty path names none.
func (f *Files) Reads(by, path string) {
	if path != "" {
		f.read = append(f.read, fileOf(by, path))
	}
}

// Writes notes a file that is written. It is an error if another flag has it written too,
// or if it is read: what it holds would be lost. An empty path, and -, which is standard
// output, name none. What is read by one of except may be overwritten, since that is what
// somebody wants who names it twice.
func (f *Files) Writes(by, path string, except ...string) error {
	if path == "" || path == "-" {
		return nil
	}
	own := fileOf(by, path)
	for _, other := range f.written {
		if own.same(other) {
			return fmt.Errorf("%s and %s both write %s; give each a file of its own", other.by, by, path)
		}
	}
	for _, other := range f.read {
		if own.same(other) && !slices.Contains(except, other.by) {
			return fmt.Errorf("%s would overwrite %s, which %s has read; give it a file of its own", by, path, other.by)
		}
	}
	f.written = append(f.written, own)
	return nil
}
