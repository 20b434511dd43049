// Command dpopspec runs DPoP scenarios against an authorization server, an API
// and a client, each embedded or real, and says which requirements of RFC 9449
// and its neighbours they meet.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/internal/version"
)

func main() {
	crashApart()
	collectLess()
	ctx, stop := interruptible()
	log.SetOutput(io.Discard) // net/http quotes strangers there, past every mask
	code := execute(ctx, root())
	stop()
	os.Exit(code)
}

// collectLess lets garbage grow to several times what lives before it is
// collected: a run leaves much behind and keeps little, and takes a fifth less
// time so; more than this made no difference but in memory. Whoever set GOGC is
// obeyed. It stands here because it changes the whole process.
func collectLess() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(500)
	}
}

// softLimit is the memory from which on garbage is collected sooner.
const softLimit = 220 << 20

// collectSooner lets garbage grow up to softLimit alone: answers of a megabyte each make
// much of it. It is for commands of which less than half of that lives. Whoever set
// GOMEMLIMIT is obeyed.
func collectSooner() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softLimit)
	}
}

func execute(ctx context.Context, command *cobra.Command) int {
	unwritten, end := shield(command)
	defer end()
	err := command.ExecuteContext(ctx)
	err = butFor(err, unwritten())
	var e *exit
	switch {
	case err == nil || errors.As(err, &e) && e.cause == nil:
	case errors.As(err, &e):
		fmt.Fprintln(command.ErrOrStderr(), "dpopspec:", e.cause)
	default:
		fmt.Fprintln(command.ErrOrStderr(), "dpopspec:", err)
	}
	return exitCode(err)
}

func root() *cobra.Command {
	command := &cobra.Command{
		Use:           "dpopspec",
		Short:         "Test DPoP (RFC 9449): authorization servers, APIs and clients",
		Version:       version.Number,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	command.AddCommand(
		runCommand(), checkCommand(), listCommand(), explainCommand(), stepsCommand(), lintCommand(), initCommand(), serveCommand(),
		mutantsCommand(), surroundingsCommand(), inspectCommand(), keysCommand(), mergeCommand(), diffCommand(), versionCommand(),
	)
	complete(command)
	return command
}
