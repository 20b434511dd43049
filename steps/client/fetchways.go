package client

import (
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

// fetchWay is how a call differs from the plain one.
type fetchWay struct {
	needs  []string // capabilities
	change func(a *Actor, api string, o *target.FetchOrder) error
}

var (
	fetchers     = []string{target.HasFetchers}
	tokenOptions = []string{target.HasTokenOptions}
)

var fetchWays = vocabulary.Meanings[fetchWay]{
	"with arguments":                   {},
	"with a request object":            {[]string{target.TakesRequestObject}, withRequestObject},
	"with a body to be read once":      {[]string{target.TakesBodyOnce}, withBodyOnce},
	"through a fetch of the caller":    {[]string{target.TakesCustomFetch, target.HasFetchers}, withCustomFetch},
	"with a fetcher whose DPoP is on":  {fetchers, withDPoP(true)},
	"with a fetcher whose DPoP is off": {fetchers, withDPoP(false)},
	"with a token of the caller":       {fetchers, withTokenOfCaller},
	"with the token of before":         {fetchers, withTokenOfBefore},
	"with its own audience":            {fetchers, withOwnAudience},
	"with the token of the first":      {needs: fetchers},
	"with the fetcher of the first":    {fetchers, withFirstFetcher},
	"with a refreshed token":           {tokenOptions, withRefreshedToken},

	`with the scope "read:admin" and the audience of the other API`: {tokenOptions, withScopeAndAudience},
}

func withRequestObject(_ *Actor, _ string, o *target.FetchOrder) error {
	o.As = "request"
	return nil
}

func withBodyOnce(_ *Actor, _ string, o *target.FetchOrder) error {
	o.BodyOnce = true
	return nil
}

func withDPoP(on bool) func(*Actor, string, *target.FetchOrder) error {
	return func(_ *Actor, _ string, o *target.FetchOrder) error {
		o.UseDPoP = &on
		return nil
	}
}

func withCustomFetch(_ *Actor, _ string, o *target.FetchOrder) error {
	o.CustomFetch = true
	return nil
}

func withTokenOfCaller(a *Actor, api string, o *target.FetchOrder) error {
	mint, err := a.minter(world.AudienceOf(api))
	if err != nil {
		return err
	}
	o.AccessToken, err = mint()
	return err
}

func withTokenOfBefore(a *Actor, _ string, o *target.FetchOrder) error {
	if o.AccessToken = a.outdated; o.AccessToken == "" {
		o.AccessToken = a.told.AccessToken
	}
	if o.AccessToken == "" {
		return world.NotApplicablef("the client does not show its token")
	}
	return nil
}

func withRefreshedToken(_ *Actor, _ string, o *target.FetchOrder) error {
	o.TokenOptions = &target.TokenOptions{Refresh: true}
	return nil
}

func withScopeAndAudience(a *Actor, _ string, o *target.FetchOrder) error {
	o.TokenOptions = &target.TokenOptions{Scope: "read:admin", Audience: world.AudienceOf(otherAPI)}
	return a.everyCallSucceeds()
}

func withOwnAudience(_ *Actor, api string, o *target.FetchOrder) error {
	o.TokenOptions = &target.TokenOptions{Audience: world.AudienceOf(api)}
	return nil
}

func withFirstFetcher(a *Actor, _ string, o *target.FetchOrder) error {
	first, err := a.API(world.DefaultAPI)
	if err == nil {
		o.BaseURL = first.Origin
	}
	return err
}
