@battery
Feature: A bound token serves the API that it was issued for
  RFC 8707 §2, RFC 9068 §4: binding a token to a key does not make it good
  everywhere; each API still looks for itself among the audiences.

  @RFC8707-2-02 @at:api
  Scenario: The token of another API is refused
    Given another API accepts an access token of its own
    And an honest proof is accepted
    When the request carries an access token that another API accepts
    Then it is refused

  @RFC8707-2-02 @MCP1932-03 @at:api
  Scenario Outline: A token for another audience is refused
    Given an honest proof is accepted
    When the request carries an access token that <flaw>
    Then it is refused

    Examples:
      | flaw                                            |
      | is for another API                              |
      | is for an API whose name begins like this one's |
      | is for an API whose name ends like this one's   |
      | is for an API whose name this one's begins with |
      | is for this API in other letter case            |
      | is for no API                                   |
      | is for several APIs and not this one            |

  @RFC8707-2-02 @at:api
  Scenario: A token for several APIs is accepted by each
    Given an honest proof is accepted
    When the request carries an access token that is for several APIs and this one
    Then it is accepted
