package world

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// LooksLikeError reports whether an answer with a status of success seems to say that
// it is none, in words of its own: only the owner of the server knows.
func LooksLikeError(e *wire.Exchange) bool {
	var body map[string]any
	if e.Status/100 != 2 || json.Unmarshal(e.Reply, &body) != nil {
		return false
	}
	for _, name := range []string{"success", "ok", "authorized", "authenticated"} {
		if body[name] == false {
			return true
		}
	}
	for _, name := range []string{"errors", "error", "error_description", "errorCode", "errorMessage"} {
		if value, found := body[name]; found && !empty(value) {
			return true
		}
	}
	for _, name := range []string{"status", "statusCode", "code", "result"} {
		switch value := body[name].(type) {
		case float64:
			if value >= 400 && value < 600 {
				return true
			}
		case string:
			if slices.Contains([]string{"error", "fail", "failed", "failure", "denied", "forbidden", "unauthorized"},
				strings.ToLower(value)) {
				return true
			}
		}
	}
	return false
}

func empty(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case bool:
		return !value
	case string:
		return value == ""
	case []any:
		return len(value) == 0
	case map[string]any:
		return len(value) == 0
	}
	return false
}
