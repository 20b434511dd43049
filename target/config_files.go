package target

import (
	"errors"
	"path/filepath"
	"slices"

	"github.com/dpopspec/dpopspec/internal/plaintext"
)

// What is read at most. Of a secret every spelling is looked for in all that is said, so
// what holds one must not be long: a key has some kilobytes, and the certificates of all
// authorities that systems trust have a quarter of a megabyte.
const (
	mostConfig = 4 << 20 // octets of a configuration
	mostKeys   = 1 << 20 // of a file with keys or certificates
)

// command runs in the folder of the configuration file, so that relative paths
// mean what they mean to the person who wrote it.
func (t *Target) command(args []string, env map[string]string) Command {
	return Command{Args: args, Dir: filepath.Dir(t.File), Env: env}
}

// read returns the text of a file with keys or certificates that is named from the folder of the
// configuration.
func (t *Target) read(file string) (string, error) {
	t.files = append(t.files, t.beside(file))
	text, err := plaintext.ReadUpTo(t.beside(file), mostKeys)
	if err != nil {
		if inner := errors.Unwrap(err); inner != nil {
			return "", inner
		}
		return "", err
	}
	return string(text), nil
}

// FilesRead lists the files that the configuration names to be read: keys, certificates,
// documents. It does not list the configuration itself.
func (t *Target) FilesRead() []string {
	files := slices.Clone(t.files)
	for _, api := range t.APIs {
		if api.OpenAPI != "" {
			files = append(files, api.OpenAPI)
		}
	}
	return files
}

// beside makes a relative path mean the same folder as the configuration file's.
func (t *Target) beside(file string) string {
	if file == "" || filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(filepath.Dir(t.File), file)
}
