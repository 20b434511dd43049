package target

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/dpopspec/dpopspec/internal/child"
)

// AdviseKeys says what is unwise about the key files of targets: one that
// others can read, one under version control, one key for two targets. What
// cannot be found out, for want of git, is left out.
func AdviseKeys(ctx context.Context, targets ...*Target) []string {
	var advice []string
	for i, t := range targets {
		for _, file := range t.KeyFiles {
			advice = append(advice, adviseFile(ctx, file)...)
		}
		for _, other := range targets[:i] {
			if t.Key != nil && other.Key != nil && t.Key.Thumbprint == other.Key.Thumbprint {
				advice = append(advice, fmt.Sprintf("%s and %s share the key %s; "+
					"give each environment a key of its own", other.File, t.File, t.Key.Thumbprint))
			}
		}
	}
	return advice
}

func adviseFile(ctx context.Context, file string) []string {
	var advice []string
	if info, err := os.Stat(file); err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		advice = append(advice, fmt.Sprintf("the key file %s can be read by others (mode %04o); chmod 600 %s",
			file, info.Mode().Perm(), file))
	}
	if tracked(ctx, file) {
		advice = append(advice, "the key file "+file+" is under version control; take it out and make a new key")
	}
	return advice
}

// tracked asks git whether it knows a file.
func tracked(ctx context.Context, file string) bool {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	folder, name := filepath.Split(file)
	git := []string{"git", "-C", filepath.Clean(folder), "ls-files", "--error-unmatch", "--", name}
	return child.Run(ctx, child.Spec{Args: git}, "", io.Discard) == nil
}
