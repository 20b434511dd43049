package headless

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/dpopspec/dpopspec/internal/login"
)

// Variable names the program where the configuration does not.
const Variable = "CHROMIUM"

// Find returns the path of the program; if that is empty, of the one that the
// environment names, else of the first Chromium, Chrome or Edge on this machine: in
// PATH, or where installers put it. Of a program that is missing the error is a
// *login.Failure.
func Find(program string) (string, error) {
	if program = cmp.Or(program, os.Getenv(Variable)); program != "" {
		path, err := exec.LookPath(program)
		if err != nil {
			return "", missing(fmt.Sprintf("there is no program %s on this machine", program))
		}
		return path, nil
	}
	for _, place := range places(runtime.GOOS, os.Getenv) {
		if path, err := exec.LookPath(place); err == nil {
			return path, nil
		}
	}
	return "", missing("there is no Chromium on this machine")
}

func missing(what string) error {
	return &login.Failure{
		What: what, Key: "browser",
		Remedy: "install one (Debian: apt-get install chromium; macOS: brew install --cask chromium; or Chrome or " +
			"Edge), or name its program in login.program or the variable " + Variable + "; a page that needs no scripts is " +
			"dealt with by login: {form: …}, any page by login: {command: […]}",
	}
}

// places are where a system has its browsers, the likeliest first.
func places(system string, env func(string) string) []string {
	names := []string{
		"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge",
		"microsoft-edge-stable", "msedge", "headless-shell",
	}
	switch system {
	case "darwin":
		for _, app := range []string{"Chromium", "Google Chrome", "Microsoft Edge"} {
			program := filepath.Join("/Applications", app+".app", "Contents", "MacOS", app)
			names = append(names, program, filepath.Join(env("HOME"), program))
		}
	case "windows":
		for _, folder := range []string{"ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"} {
			for _, program := range []string{
				`Chromium\Application\chrome.exe`, `Google\Chrome\Application\chrome.exe`,
				`Microsoft\Edge\Application\msedge.exe`,
			} {
				if root := env(folder); root != "" {
					names = append(names, strings.TrimRight(root, `\`)+`\`+program)
				}
			}
		}
	default:
		names = append(names, "/snap/bin/chromium", "/opt/google/chrome/chrome", "/opt/microsoft/msedge/msedge")
	}
	return names
}
