Feature: Redirects of a request with a proof
  RFC 9449 §4.3 and §7.3: a proof names one method and one URI. A redirect needs a new one, or is not followed; the token
  never goes to another origin.

  @client @RFC9449-7.3-02 @RFC9449-4.2-08
  Scenario Outline: A redirect within the API is followed with a new proof, or not at all
    Given the API redirects the client to another path with the status <status>
    When the client fetches "<method> /orders"
    Then every proof names the URI of its request
    And every proof names the method of its request
    And every proof is new

    Examples:
      | status | method |
      | 301    | GET    |
      | 302    | POST   |
      | 303    | POST   |
      | 307    | POST   |
      | 308    | GET    |

  @client @RFC9449-7.3-02
  Scenario Outline: Token and proof do not follow to another origin
    Given the API redirects the client to another origin with the status <status>
    When the client fetches "<method> /orders"
    Then the other origin gets neither token nor proof

    Examples:
      | status | method |
      | 301    | GET    |
      | 302    | GET    |
      | 303    | POST   |
      | 307    | POST   |
      | 308    | GET    |

  @client @RFC9449-7.3-02
  Scenario Outline: Token and proof do not follow to another origin that challenges
    Given the other API challenges the client once
    And the API redirects the client to another origin with the status <status>
    When the client fetches "<method> /orders"
    Then the other origin gets neither token nor proof

    Examples:
      | status | method |
      | 302    | GET    |
      | 307    | POST   |

  @client @RFC9449-7.3-02
  Scenario: A redirect of the token endpoint does not carry the client's secrets away
    Given the token endpoint redirects the client to another origin with the status 307
    When the client uses the token endpoint
    Then the other origin gets neither token nor proof
    And the client fails cleanly

  @client @RFC9449-7.3-02
  Scenario Outline: Token and proof do not follow to another host that has the same port
    Given the API redirects the client to another host with the status <status>
    When the client fetches "<method> /orders"
    Then the other origin gets neither token nor proof

    Examples:
      | status | method |
      | 302    | GET    |
      | 307    | POST   |

  @client @RFC9449-7.3-02
  Scenario: Redirects that never end are left
    Given the API redirects the client to itself with the status 307
    When the client fetches from the API
    Then the client stops after at most 60 requests
    And the client fails cleanly
    And every proof is new
