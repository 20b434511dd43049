Feature: A client after a failure that may pass
  RFC 9449 §7.3: a request that is sent again has a proof made for it.

  @client @RFC9449-7.3-01
  Scenario Outline: A request that is repeated after a failure has a new proof
    Given the client repeats what fails for a while
    And the API answers the client with <failure>
    When the client fetches from the API
    And the client fetches from the API again
    Then every proof is new
    And the client succeeds

    Examples:
      | failure          |
      | the status 503   |
      | the status 429   |
      | the status 502   |
      | the status 504   |
      | a cut connection |

  @client @RFC9449-7.3-01
  Scenario Outline: A token request after a failure has a new proof
    Given the token endpoint answers the client with <failure>
    When the client uses the token endpoint
    And the client uses the token endpoint again
    Then every proof is new
    And the client succeeds

    Examples:
      | failure          |
      | the status 503   |
      | a cut connection |

  @client @RFC9449-7.3-01 @RFC9449-4-01
  Scenario: A connection that is cut while in use does not send a proof twice
    Given the client fetches from the API
    And the API answers the client with a cut connection
    When the client fetches from the API again
    And the client fetches from the API again
    Then every proof is new
