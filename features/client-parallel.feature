Feature: A client with several calls under way
  RFC 9449 §8 and §9: what a client does for one call must not depend on another that is under way at the same time. The
  servers hold their answers back until all calls have been sent, and each call has a query of its own.

  @client @RFC9449-9-03
  Scenario Outline: Calls that are challenged at the same time are each repeated once
    When the client has <count> calls of the <API> under way when it is challenged
    Then each call is answered after at most one repetition
    And every proof is new

    Examples:
      | count | API      |
      | 2     | API      |
      | 20    | API      |
      | 4     | two APIs |

  @client @RFC9449-9-04 @RFC9449-9-05
  Scenario: The nonces of two APIs are kept apart while calls of both are under way
    When the client has 4 calls of the two APIs under way when it is challenged
    And the client uses the API
    And the client uses the other API
    Then every proof carries no nonce of another server

  @client @RFC9449-4-01 @RFC9449-4.2-07
  Scenario: Calls that are under way at the same time share no proof
    When the client has 20 calls of the API under way when it is challenged
    Then every proof is new
    And every proof names the URI of its request
    And every proof has the hash of its access token at the API

  @client @RFC9449-9-03 @RFC9449-7-01
  Scenario Outline: A call keeps its token while another with another token is under way
    Given the client calls for <two owners>
    When the client calls for both at once, and each is challenged
    Then each call keeps its own token
    And each call is answered after at most one repetition

    Examples:
      | two owners  |
      | two users   |
      | two callers |

  @client @RFC9449-9-03 @RFC9449-7-01
  Scenario Outline: A repetition carries the token of its own call
    Given the client calls for <two owners>
    When the client calls for the second while the first waits for its repetition
    Then each call keeps its own token
    And each call is answered after at most one repetition

    Examples:
      | two owners  |
      | two users   |
      | two callers |

  @client @RFC9449-8-09
  Scenario: Two refreshes that are challenged at the same time are each repeated as they were
    Given the client calls for two users
    When the client refreshes for both users at once, and each is challenged
    Then each refresh is repeated with its own refresh token
    And every proof is new

  @client @AUTH0-AUD-02
  Scenario: Fetchers with tokens of their own do not mix them up while both are challenged
    Given the client follows the documentation of the SDK
    And the client calls for two callers
    When the client calls for both at once, and each is challenged
    Then each call keeps its own token

  @client @RFC9700-4.14-01
  Scenario: Calls whose access token has run out share one refresh
    When the client makes 4 calls at once with an access token that has run out
    Then the refresh token is used once
