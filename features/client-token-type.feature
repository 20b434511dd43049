Feature: What a client makes of token_type
  RFC 9449 §5: a client that wants protection discards a token that is not bound.

  @client @RFC9449-5-16
  Scenario Outline: A token that is not bound is not used
    Given the token endpoint gives the client the token type "<type>"
    When the client obtains a token and fetches from the API
    Then the client sends bound tokens or none

    Examples:
      | type   |
      | Bearer |
      | N_A    |
      | mac    |

  # RFC 9449 §5: the server may bind the refresh token alone, and does so for a public
  # client that sent a proof. A client that discards the answer refreshes nothing.
  @client @RFC9449-5-23
  Scenario: A refresh is proven though the access token is not bound
    Given the client is a public one
    And the token endpoint gives the client the token type "Bearer"
    When the client obtains a token by "refresh_token"
    Then every refresh is proven by the key of the login

  @client @RFC9449-5-16
  Scenario: A token without a type is not used as Bearer
    Given the token endpoint gives the client no token type
    When the client obtains a token and fetches from the API
    Then the client sends bound tokens or none

  @client @RFC9449-5-17
  Scenario Outline: token_type is read without regard to letter case
    Given the token endpoint gives the client the token type "<type>"
    When the client obtains a token and fetches from the API
    Then the client succeeds
    And every API request carries one Authorization field with the scheme DPoP

    Examples:
      | letters    | type |
      | lower case | dpop |
      | upper case | DPOP |
      | mixed      | dPoP |
