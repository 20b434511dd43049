@battery
Feature: Each path of an API is as well guarded as the first
  RFC 9449 §4.3, check 9: htu is compared with the target of the request. Routers and
  proxies rewrite paths, undo escapes and add slashes, and not at every one alike; so
  these are run at each further request that the configuration names (apis.NAME.probes).

  @RFC9449-4.3-53 @probes @at:api
  Scenario: An honest proof is accepted at each probe
    When the request carries an honest proof
    Then it is accepted where there is something

  @RFC9449-7.1-03 @probes @at:api
  Scenario Outline: Each probe refuses less than a proof
    Given an honest proof is accepted
    When a request has <fault>
    Then it is refused

    Examples:
      | fault                               |
      | no credentials                      |
      | no proof                            |
      | a proof by another key              |
      | a bound token as Bearer             |
      | a proof whose htm is another method |
      | a proof whose ath is missing        |

  @RFC9449-4.3-45 @RFC9449-4.3-53 @probes @at:api
  Scenario Outline: Each probe refuses a proof for something else
    Given the endpoint has the address "/a%2Fb%3Fc"
    And an honest proof is accepted
    When the request carries a proof whose htu is <value>
    Then it is refused

    Examples:
      | value                                 |
      | of another path                       |
      | with a trailing slash                 |
      | with its escaped slash undone         |
      | with its escaped question mark undone |
      | with a letter escaped twice           |

  @RFC9449-4.3-58 @RFC9449-4.3-59 @probes @at:api
  Scenario Outline: Each probe knows its path again in another spelling
    Given the endpoint has the address "/a%2Fb%3Fc"
    And an honest proof is accepted
    When the request carries a proof whose htu is <value>
    Then it is accepted

    Examples:
      | value                          |
      | with an escaped letter         |
      | with its escapes in lower case |

  @RFC9449-11.1-02 @probes @at:api
  Scenario: Each probe takes a proof once
    Given a proof has been accepted
    When the same proof comes again
    Then it is refused
