package mutants

import "github.com/dpopspec/dpopspec/client"

// clientRefreshBugs are about the refresh tokens that a client keeps.
var clientRefreshBugs = []row{
	{id: "CL-211", variant: "replaced", does: "goes on with its first refresh token though another one came",
		breaks: ids{"RFC6749-6-01"}, change: inClient(firstRefreshToken)},
	{id: "CL-211", variant: "replaced-fapi2", does: "goes on with its first refresh token though another one came",
		breaks: ids{"FAPI2-5.3.3.1-06"}, profile: "fapi2", change: inClient(firstRefreshToken)},
	{id: "CL-211", variant: "challenged",
		does:   "does not keep the refresh token of an answer to a repetition",
		breaks: ids{"RFC6749-6-01"}, change: inClient(func(p *client.Policy) {
			repeated := false
			attempts, keep := p.Retry, p.RefreshToken
			p.Retry = func(a *client.Answer) (client.Attempt, bool) {
				repeated = repeated || a.Grant == "refresh_token" && a.Attempt.Number > 1
				return attempts(a)
			}
			p.RefreshToken = func(before, given string) string {
				if repeated && before != "" {
					return before
				}
				return keep(before, given)
			}
		})},
	{id: "CL-212", variant: "kept", does: "loses its refresh token where a refresh brings none", breaks: ids{"RFC6749-6-02"},
		change: inClient(givenRefreshToken)},
	{id: "CL-212", variant: "fapi2", does: "loses its refresh token where a refresh brings none",
		breaks: ids{"FAPI2-5.3.3.1-06"}, profile: "fapi2", change: inClient(givenRefreshToken)},
	{id: "CL-213", does: "sends a refresh token again that met invalid_grant", breaks: ids{"RFC6749-6-03"},
		change: inClient(func(p *client.Policy) { p.GivesUp = func(error) bool { return false } })},
}

func firstRefreshToken(p *client.Policy) {
	p.RefreshToken = func(before, given string) string {
		if before != "" {
			return before
		}
		return given
	}
}

func givenRefreshToken(p *client.Policy) {
	p.RefreshToken = func(_, given string) string { return given }
}
