package target

import (
	"fmt"

	"github.com/tidwall/gjson"

	"github.com/dpopspec/dpopspec/internal/wire"
)

// Success is what tells that an API has granted a request, beside a status of success.
// The zero value asks for nothing more.
type Success struct {
	Status int    // 0: any of 200 to 299
	JSON   string // path of a member that the body has; empty: none
}

// Unmet says what an answer lacks to be a success, although its status is one; empty
// if nothing.
func (s Success) Unmet(e *wire.Exchange) string {
	switch {
	case s.Status != 0 && e.Status != s.Status:
		return fmt.Sprintf("the status %d, which the configuration expects of a success", s.Status)
	case s.JSON != "" && !(gjson.ValidBytes(e.Reply) && gjson.GetBytes(e.Reply, s.JSON).Exists()):
		return fmt.Sprintf("the member %s, which the configuration expects in a success", s.JSON)
	}
	return ""
}
