Feature: Audiences in a client that follows the documentation of the SDK
  The documentation: one fetcher for each API and audience; a token goes to no other API.

  Background:
    Given the client follows the documentation of the SDK

  @client @AUTH0-AUD-01
  Scenario: A token for one API at another is shown as an audience mismatch
    Given the client holds a token
    When the client fetches from the other API with the token of the first
    Then the client's error has the code OAUTH_JWT_CLAIM_COMPARISON_FAILED
    And the client's error names "unexpected JWT "aud" (audience) claim value"

  @client @AUTH0-AUD-02
  Scenario: Two fetchers, each with its own audience, work side by side
    When the client fetches from both APIs, each with its own audience
    Then both APIs served the client with a token for themselves

  @client @AUTH0-AUD-03
  Scenario: One refresh token yields tokens for several APIs
    Given the client holds a token by login
    When the client fetches from both APIs, each with its own audience
    Then both APIs served the client with a token for themselves

  @client @AUTH0-AUD-03
  Scenario: An audience that the policy leaves out is clearly refused
    Given the client is registered for tokens of the first API alone
    And the client holds a token by login
    When the client fetches from the other API with its own audience
    Then the client reports an error
    And the client's error names "invalid_target"

  @client @AUTH0-AUD-04
  Scenario: The wrong fetcher on the URL of another API fails
    Given the client holds a token
    When the client fetches from the other API with the fetcher of the first
    Then the client fails cleanly

  @client @AUTH0-AUD-04 @verdict:warn
  Scenario: The token is not sent to a host outside its audience
    Given the client holds a token
    When the client fetches from the other API with the fetcher of the first
    Then the other origin gets neither token nor proof

  @client @AUTH0-AUD-05
  Scenario: The debug output shows the audience of a token, not the token
    When the client fetches from the API
    Then the debug output shows the audience of the token
    And nothing that the client writes holds a token or a proof that could be used

  @client @AUTH0-AUD-06
  Scenario Outline: Audiences are compared exactly
    Given the token endpoint gives the client a token whose audience is <audience>
    When the client obtains a token and fetches from the API
    Then <outcome>

    Examples:
      | audience                          | outcome                  |
      | that of the API with a slash      | the client fails cleanly |
      | that of the API in upper case     | the client fails cleanly |
      | a list without that of the API    | the client fails cleanly |
      | a list that holds that of the API | the client succeeds      |
      | that of the API                   | the client succeeds      |

  @client @AUTH0-AUD-07
  Scenario: A policy that lists custom scopes alone grants these, and OIDC scopes by themselves
    Given the policy of refresh tokens lists "read:admin" for the other API
    And the client holds a token by login
    When the client fetches from the API with several scopes and the audience of the other API
    Then the latest call sends a token request with the scopes and the audience of those options
    And the client succeeds

  @client @AUTH0-AUD-08
  Scenario: Where consent is skipped, a refresh serves another API
    Given the client holds a token by login
    When the client fetches from the other API with its own audience
    Then the client succeeds

  @client @AUTH0-AUD-08
  Scenario: Where consent is asked for, the client says so and its session goes on
    Given the policy of refresh tokens asks for consent for the other API
    And the client holds a token by login
    When the client fetches from the other API with its own audience
    Then the client's error names "consent_required"
    When the client fetches from the API with a refreshed token
    Then the client succeeds
